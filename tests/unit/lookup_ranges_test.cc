// SPDX-License-Identifier: BSD-3-Clause
// What is asked of uidmap-lookup, which of the ranges asked for are granted, and that no bytes whatever make more.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/attributes.h"
#include "core/companion_protocol.h"
#include "core/lookup_protocol.h"
#include "support.h"

namespace uidmap {
namespace {

LookupAnswer AnswerOf(LookupQuestion question, LookupOutcome outcome) {
  LookupAnswer answer = {};
  answer.question = question;
  answer.outcome = outcome;
  return answer;
}

LookupQuery TwoRanges() {
  const Extent extents[] = {MakeExtent(0, 5001, 1), MakeExtent(1, 100000, 65536)};
  return AskForRanges(MapKind::kUid, "u1", "sss", extents);
}

using ByteAt = std::pair<std::size_t, int>;

Result<Knowledge> RangesWith(const std::vector<ByteAt>& bytes, IdRanges& granted) {
  LookupAnswer answer = AnswerOf(LookupQuestion::kRanges, LookupOutcome::kYes);
  for (const auto& [place, byte] : bytes) answer.granted[place] = static_cast<std::uint8_t>(byte);
  return ReadRanges(answer, TwoRanges(), granted);
}

std::vector<IdRange> GrantedBy(const std::vector<ByteAt>& bytes) {
  UIDMAP_UNINITIALIZED IdRanges granted;
  const auto result = RangesWith(bytes, granted);
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(result.has_value() ? *result : Knowledge::kDoesNotKnowCaller, Knowledge::kKnowsCaller);
  return {granted.view().begin(), granted.view().end()};
}

TEST(ReadRanges, GrantsExactlyTheRangesThatAreMarked) {
  EXPECT_EQ(GrantedBy({}), std::vector<IdRange>{}) << "a service may know a user and grant nothing";
  EXPECT_EQ(GrantedBy({{0, 1}}), (std::vector<IdRange>{{5001, 5001}}));
  EXPECT_EQ(GrantedBy({{1, 1}}), (std::vector<IdRange>{{100000, 165535}}));
  EXPECT_EQ(GrantedBy({{0, 1}, {1, 1}}), (std::vector<IdRange>{{5001, 5001}, {100000, 165535}}));
}

TEST(ReadRanges, AByteThatIsNeitherYesNorNoIsNotBelieved) {
  UIDMAP_UNINITIALIZED IdRanges granted;
  for (const int byte : {2, 3, 127, 128, 255}) {
    EXPECT_EQ(ReasonOf(RangesWith({{0, byte}}, granted)), Reason::kLookupMisspoke) << byte;
    EXPECT_EQ(ReasonOf(RangesWith({{1, byte}}, granted)), Reason::kLookupMisspoke) << byte;
  }
}

TEST(ReadRanges, AGrantThatThereIsNoRoomForIsNotPassedOver) {
  UIDMAP_UNINITIALIZED IdRanges granted;
  for (std::uint32_t i = 0; i < IdRanges::kCapacity; ++i)
    ASSERT_TRUE(granted.Add({200'000'000 + 2 * i, 200'000'000 + 2 * i}));
  EXPECT_EQ(ReasonOf(RangesWith({{1, 1}}, granted)), Reason::kLookupMisspoke);
}

TEST(ReadRanges, AGrantOfWhatWasNotAskedForIsNotBelieved) {
  for (const std::size_t place : {std::size_t{2}, std::size_t{3}, kMaxExtents - 1}) {
    UIDMAP_UNINITIALIZED IdRanges granted;
    EXPECT_EQ(ReasonOf(RangesWith({{place, 1}}, granted)), Reason::kLookupMisspoke) << place;
    EXPECT_EQ(ReasonOf(RangesWith({{place, 255}}, granted)), Reason::kLookupMisspoke) << place;
    EXPECT_TRUE(granted.view().empty());
  }
}

TEST(ReadRanges, NothingIsGrantedToWhomTheServiceDoesNotKnow) {
  LookupAnswer answer = AnswerOf(LookupQuestion::kRanges, LookupOutcome::kUnknown);
  answer.granted.fill(1);
  UIDMAP_UNINITIALIZED IdRanges granted;
  const auto result = ReadRanges(answer, TwoRanges(), granted);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, Knowledge::kDoesNotKnowCaller);
  EXPECT_TRUE(granted.view().empty());
}

TEST(ReadRanges, AFailureNamesTheServiceAndWhatItSaid) {
  LookupAnswer answer = AnswerOf(LookupQuestion::kRanges, LookupOutcome::kUnavailable);
  PutText("no connection to its service", answer.text);
  answer.detail = 2;
  UIDMAP_UNINITIALIZED IdRanges granted;
  const Failure failure = FailureIn(ReadRanges(answer, TwoRanges(), granted));
  EXPECT_EQ(failure.subject.view(), "sss");
  EXPECT_EQ(failure.said.view(), "no connection to its service");
}

TEST(ReadRanges, HasRoomForEveryExtentThatAMapCanHave) {
  std::vector<Extent> extents;
  for (std::uint32_t i = 0; i < kMaxExtents; ++i) extents.push_back(MakeExtent(i, 100000 + 2 * i, 1));
  LookupAnswer answer = AnswerOf(LookupQuestion::kRanges, LookupOutcome::kYes);
  answer.granted.fill(1);
  UIDMAP_UNINITIALIZED IdRanges granted;
  EXPECT_TRUE(ReadRanges(answer, AskForRanges(MapKind::kGid, "u1", "sss", extents), granted).has_value());
  EXPECT_EQ(granted.view().size(), kMaxExtents);
}

// The zero that every text of a question ends with, and that nothing is left of another question.
TEST(LookupQuery, HasWhatWasAskedAndZeroes) {
  const LookupQuery account = AskForAccount(MapKind::kGid);
  EXPECT_EQ(account.question, LookupQuestion::kAccount);
  EXPECT_EQ(account.kind, MapKind::kGid);
  EXPECT_EQ(TextIn(account.name), "");
  EXPECT_EQ(account.range_count, 0U);

  const LookupQuery policy = AskForPolicy(MapKind::kUid, "u1");
  EXPECT_EQ(policy.question, LookupQuestion::kPolicy);
  EXPECT_EQ(policy.kind, MapKind::kUid);
  EXPECT_EQ(TextIn(policy.name), "u1");

  const LookupQuery ranges = TwoRanges();
  EXPECT_EQ(ranges.question, LookupQuestion::kRanges);
  EXPECT_EQ(TextIn(ranges.name), "u1");
  EXPECT_EQ(TextIn(ranges.service), "sss");
  ASSERT_EQ(ranges.range_count, 2U);
  EXPECT_EQ(ranges.ranges[0], (IdRange{5001, 5001}));
  EXPECT_EQ(ranges.ranges[1], (IdRange{100000, 165535}));
  EXPECT_EQ(ranges.ranges[2], (IdRange{0, 0}));
}

// A name that was cut would be somebody else's.
TEST(LookupQuery, ANameThatHasNoRoomIsNotCut) {
  EXPECT_EQ(TextIn(AskForPolicy(MapKind::kUid, std::string(kLongestAccountName, 'x')).name).size(), 255U);
  EXPECT_EQ(TextIn(AskForPolicy(MapKind::kUid, std::string(kLongestAccountName + 1, 'x')).name), "");
  EXPECT_EQ(TextIn(AskForRanges(MapKind::kUid, std::string(300, 'x'), "sss", {}).name), "");
}

TEST(LookupQuery, ALongestServiceEndsWithAZero) {
  const std::string longest(SubidServices::kLongestName, 's');
  const LookupQuery query = AskForRanges(MapKind::kUid, "u1", longest, {});
  EXPECT_EQ(TextIn(query.service), longest);
  EXPECT_EQ(query.service.back(), '\0');
}

TEST(TextIn, EndsAtTheFirstZeroOrTheField) {
  EXPECT_EQ(TextIn(std::array<char, 4>{'a', 0, 'b', 0}), "a");
  EXPECT_EQ(TextIn(std::array<char, 4>{0, 'a', 'b', 0}), "");
  EXPECT_EQ(TextIn(std::array<char, 4>{'a', 'b', 'c', 'd'}), "abcd");
}

TEST(PutText, CutsAndEndsWithAZero) {
  std::array<char, 4> field = {'w', 'x', 'y', 'z'};
  PutText("a", field);
  EXPECT_EQ(field, (std::array<char, 4>{'a', 0, 0, 0}));
  PutText("abcdef", field);
  EXPECT_EQ(field, (std::array<char, 4>{'a', 'b', 'c', 0}));
}

// An answer of random bytes, in which a random choice of fields is then as it should be: all of them wrong would
// only ever show the first check.
class RandomAnswers : public testing::Test {
 protected:
  static constexpr int kAnswers = 20000;

  LookupAnswer Next(LookupQuestion question, std::uint32_t uid) {
    std::array<unsigned char, sizeof(LookupAnswer)> bytes;
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random_());
    LookupAnswer answer;
    memcpy(&answer, bytes.data(), sizeof answer);
    if (Sometimes()) answer.question = question;
    if (Sometimes()) answer.outcome = static_cast<LookupOutcome>(random_() % 7);
    if (Sometimes()) answer.uid = uid;
    if (Sometimes()) PutText("u1", answer.name);
    if (Sometimes()) answer.name.back() = '\0';
    if (Sometimes()) answer.text.back() = '\0';
    if (Sometimes()) answer.granted = {};
    for (std::size_t i = 0; i < 2; ++i)
      answer.granted[i] = static_cast<std::uint8_t>(random_() % (Sometimes() ? 2 : 4));
    if (!Sometimes()) answer.granted[random_() % answer.granted.size()] = static_cast<std::uint8_t>(random_());
    return answer;
  }

  bool Sometimes() { return random_() % 8 != 0; }

 private:
  std::mt19937 random_{20260};  // the same in every run
};

TEST_F(RandomAnswers, NeverMakeAnAccountOfSomebodyElse) {
  int believed = 0;
  for (int i = 0; i < kAnswers; ++i) {
    const LookupAnswer answer = Next(LookupQuestion::kAccount, 5001);
    const auto result = ReadAccount(answer, Uid{5001});
    if (!result.has_value()) continue;
    const auto& account = *result;
    if (!account) continue;
    ++believed;
    ASSERT_EQ(answer.uid, 5001U);
    ASSERT_NE(account->primary_group.value, kNoId);
    ASSERT_FALSE(account->name.empty());
    ASSERT_LE(account->name.size(), kLongestAccountName);
    ASSERT_EQ(account->name.find_first_of(std::string_view(":\n\r\t\0", 5)), std::string_view::npos);
  }
  EXPECT_GT(believed, 100) << "or nothing was tested";
}

TEST_F(RandomAnswers, NeverGrantWhatWasNotAskedFor) {
  const LookupQuery query = TwoRanges();
  const std::vector<std::vector<IdRange>> possible = {
      {}, {{5001, 5001}}, {{100000, 165535}}, {{5001, 5001}, {100000, 165535}}};
  int granting = 0;
  for (int i = 0; i < kAnswers; ++i) {
    const LookupAnswer answer = Next(LookupQuestion::kRanges, 0);
    UIDMAP_UNINITIALIZED IdRanges granted;
    const auto result = ReadRanges(answer, query, granted);
    const std::vector<IdRange> ranges(granted.view().begin(), granted.view().end());
    ASSERT_NE(std::find(possible.begin(), possible.end(), ranges), possible.end());
    const bool counts = result.has_value() && *result == Knowledge::kKnowsCaller;
    if (!counts) continue;
    ++granting;
    ASSERT_TRUE(std::all_of(answer.granted.begin() + 2, answer.granted.end(), [](auto byte) { return byte == 0; }));
  }
  EXPECT_GT(granting, 100) << "or nothing was tested";
}

}  // namespace
}  // namespace uidmap
