// SPDX-License-Identifier: BSD-3-Clause
// What a plugin lists for a user, and that no bytes whatever make a range that could not be.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <optional>
#include <random>
#include <vector>

#include "core/companion_protocol.h"
#include "core/lookup_protocol.h"
#include "support.h"

namespace uidmap {
namespace {

const LookupQuery kQuery = AskForOwnerRanges(MapKind::kGid, "u1", "sss");

LookupAnswer Listing(const std::vector<IdRange>& ranges) {
  LookupAnswer answer = {};
  answer.question = LookupQuestion::kOwnerRanges;
  answer.outcome = LookupOutcome::kYes;
  for (const IdRange& range : ranges) answer.listed[answer.listed_count++] = range;
  return answer;
}

std::optional<std::vector<IdRange>> Read(const LookupAnswer& answer) {
  const auto result = ReadOwnerRanges(answer, kQuery);
  if (!result.has_value()) return std::nullopt;
  const auto& ranges = *result;
  if (!ranges) return std::nullopt;
  return std::vector<IdRange>(ranges->begin(), ranges->end());
}

TEST(AskForOwnerRanges, HasServiceNameAndKindAndNoRanges) {
  EXPECT_EQ(kQuery.question, LookupQuestion::kOwnerRanges);
  EXPECT_EQ(kQuery.kind, MapKind::kGid);
  EXPECT_EQ(TextIn(kQuery.service), "sss");
  EXPECT_EQ(TextIn(kQuery.name), "u1");
  EXPECT_EQ(kQuery.range_count, 0U);
}

TEST(ReadOwnerRanges, HasThemInTheirOrderAsTheyAre) {
  const std::vector<IdRange> ranges = {
      {200000, 265535}, {100000, 100000}, {200000, 265535}, {0, kLargestId}, {1, kNoId}, {1, kLargestId}};
  EXPECT_EQ(Read(Listing(ranges)), ranges);
  EXPECT_EQ(Read(Listing({})), std::vector<IdRange>{}) << "a service may know a user and have nothing for him";
}

TEST(ReadOwnerRanges, HasRoomForAsManyAsAMapCanHaveExtents) {
  const std::vector<IdRange> ranges(kMaxExtents, IdRange{7, 7});
  EXPECT_EQ(Read(Listing(ranges)), ranges);
}

TEST(ReadOwnerRanges, MoreThanThereIsRoomForIsNotBelieved) {
  for (const std::uint32_t count : {std::uint32_t{kMaxExtents} + 1, 0x80000000U, 0xffffffffU}) {
    LookupAnswer answer = Listing({});
    answer.listed_count = count;
    EXPECT_EQ(ReasonOf(ReadOwnerRanges(answer, kQuery)), Reason::kLookupMisspoke) << count;
  }
}

TEST(ReadOwnerRanges, ARangeThatCouldNotBeIsNotBelieved) {
  for (const IdRange range : {IdRange{2, 1}, IdRange{kNoId, 0}, IdRange{0, kNoId}}) {
    EXPECT_EQ(ReasonOf(ReadOwnerRanges(Listing({{5, 6}, range}), kQuery)), Reason::kLookupMisspoke);
  }
}

TEST(ReadOwnerRanges, OfAUserWhomTheServiceDoesNotKnowAreNone) {
  LookupAnswer answer = Listing({{5, 6}});
  answer.outcome = LookupOutcome::kUnknown;
  const auto result = ReadOwnerRanges(answer, kQuery);
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE((*result).has_value());
}

TEST(ReadOwnerRanges, AFailureNamesTheServiceAndWhatItSaid) {
  LookupAnswer answer = Listing({{5, 6}});
  answer.outcome = LookupOutcome::kUnavailable;
  PutText("no connection to its service", answer.text);
  const Failure failure = FailureIn(ReadOwnerRanges(answer, kQuery));
  EXPECT_EQ(failure.reason, Reason::kSubidSourceFailed);
  EXPECT_EQ(failure.subject.view(), "sss");
  EXPECT_EQ(failure.said.view(), "no connection to its service");
}

TEST(ReadOwnerRanges, RandomBytesNeverMakeARangeThatCouldNotBe) {
  std::mt19937 random{20261};  // the same in every run
  int believed = 0;
  for (int i = 0; i < 20000; ++i) {
    std::array<unsigned char, sizeof(LookupAnswer)> bytes;
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
    LookupAnswer answer;
    memcpy(&answer, bytes.data(), sizeof answer);
    answer.question = LookupQuestion::kOwnerRanges;
    answer.outcome = LookupOutcome::kYes;
    answer.name.back() = '\0';
    answer.text.back() = '\0';
    if (random() % 8 != 0) answer.listed_count = static_cast<std::uint32_t>(random() % 4);
    const auto ranges = Read(answer);
    if (!ranges) continue;
    ++believed;
    ASSERT_LE(ranges->size(), kMaxExtents);
    for (const IdRange& range : *ranges) ASSERT_LE(range.first, range.last);
  }
  EXPECT_GT(believed, 100) << "or nothing was tested";
}

}  // namespace
}  // namespace uidmap
