// SPDX-License-Identifier: BSD-3-Clause
// An answer is input from a process that runs foreign code: what is believed of it, field by field.
#include "core/lookup_protocol.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/attributes.h"
#include "core/companion_protocol.h"
#include "support.h"

namespace uidmap {
namespace {

constexpr Uid kUid{5001};

LookupAnswer AnswerOf(LookupQuestion question, LookupOutcome outcome) {
  LookupAnswer answer = {};
  answer.question = question;
  answer.outcome = outcome;
  return answer;
}

LookupAnswer AccountNamed(std::string_view name) {
  LookupAnswer answer = AnswerOf(LookupQuestion::kAccount, LookupOutcome::kYes);
  answer.uid = kUid.value;
  answer.gid = 100;
  PutText(name, answer.name);
  return answer;
}

LookupQuery TwoRanges() {
  const Extent extents[] = {MakeExtent(0, 5001, 1), MakeExtent(1, 100000, 65536)};
  return AskForRanges(MapKind::kUid, "u1", "sss", extents);
}

// The reason of whichever reader `question` has.
Reason Judged(LookupQuestion question, const LookupAnswer& answer) {
  UIDMAP_UNINITIALIZED IdRanges granted;
  switch (question) {
    case LookupQuestion::kAccount: return ReasonOf(ReadAccount(answer, kUid));
    case LookupQuestion::kPolicy: return ReasonOf(ReadPolicy(answer));
    case LookupQuestion::kRanges: return ReasonOf(ReadRanges(answer, TwoRanges(), granted));
    case LookupQuestion::kOwnerRanges:
      return ReasonOf(ReadOwnerRanges(answer, AskForOwnerRanges(MapKind::kUid, "u1", "sss")));
  }
  return Reason::kNone;
}

// Nothing but `question` and `outcome` decides what is made of an otherwise valid answer.
LookupAnswer ValidAnswer(LookupQuestion question, LookupOutcome outcome) {
  LookupAnswer answer = AccountNamed("u1");
  answer.question = question;
  answer.outcome = outcome;
  return answer;
}

constexpr LookupQuestion kQuestions[] = {LookupQuestion::kAccount, LookupQuestion::kPolicy, LookupQuestion::kRanges,
                                         LookupQuestion::kOwnerRanges};

class EveryQuestion : public testing::TestWithParam<LookupQuestion> {};
INSTANTIATE_TEST_SUITE_P(, EveryQuestion, testing::ValuesIn(kQuestions),
                         [](const auto& info) { return std::to_string(static_cast<int>(info.param)); });

TEST_P(EveryQuestion, IsAnsweredWithYes) {
  EXPECT_EQ(Judged(GetParam(), ValidAnswer(GetParam(), LookupOutcome::kYes)), Reason::kNone);
}

TEST_P(EveryQuestion, IsNotAnsweredByTheAnswerToAnother) {
  for (const std::uint32_t other : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 255U, 0x80000000U, 0xffffffffU}) {
    const auto question = static_cast<LookupQuestion>(other);
    if (question == GetParam()) continue;
    EXPECT_EQ(Judged(GetParam(), ValidAnswer(question, LookupOutcome::kYes)), Reason::kLookupMisspoke) << other;
  }
}

TEST_P(EveryQuestion, HasNoOtherOutcomeThanItsOwn) {
  const struct {
    LookupOutcome outcome;
    Reason account, policy, ranges;
  } rows[] = {
      {LookupOutcome::kUnknown, Reason::kNone, Reason::kLookupMisspoke, Reason::kNone},
      {LookupOutcome::kRefused, Reason::kLookupMisspoke, Reason::kPolicyRefused, Reason::kLookupMisspoke},
      {LookupOutcome::kUnavailable, Reason::kAccountSourceFailed, Reason::kPolicyUnavailable,
       Reason::kSubidSourceFailed},
      {LookupOutcome::kUnfit, Reason::kLookupMisspoke, Reason::kLookupMisspoke, Reason::kSubidPluginUnfit},
  };
  for (const auto& row : rows) {
    const Reason expected[] = {row.account, row.policy, row.ranges, row.ranges};
    const auto place = static_cast<std::size_t>(GetParam()) - 1;
    EXPECT_EQ(Judged(GetParam(), ValidAnswer(GetParam(), row.outcome)), expected[place]);
  }
  for (const std::uint32_t wild : {0U, 6U, 7U, 256U, 257U, 0x7fffffffU, 0x80000001U, 0xffffffffU}) {
    const LookupAnswer answer = ValidAnswer(GetParam(), static_cast<LookupOutcome>(wild));
    EXPECT_EQ(Judged(GetParam(), answer), Reason::kLookupMisspoke) << wild;
  }
}

// Whoever trusted the zero would read past the field.
TEST_P(EveryQuestion, IsNotAnsweredWithATextThatDoesNotEnd) {
  for (const auto outcome : {LookupOutcome::kYes, LookupOutcome::kUnknown, LookupOutcome::kRefused,
                             LookupOutcome::kUnavailable, LookupOutcome::kUnfit}) {
    LookupAnswer answer = ValidAnswer(GetParam(), outcome);
    answer.text.fill('x');
    EXPECT_EQ(Judged(GetParam(), answer), Reason::kLookupMisspoke);
    answer = ValidAnswer(GetParam(), outcome);
    answer.name.fill('x');
    EXPECT_EQ(Judged(GetParam(), answer), Reason::kLookupMisspoke);
  }
}

TEST(ReadAccount, HasNameAndGroupOfTheAnswer) {
  const LookupAnswer answer = AccountNamed("u1");
  const auto result = ReadAccount(answer, kUid);
  ASSERT_TRUE(result.has_value());
  const auto& account = *result;
  ASSERT_TRUE(account.has_value());
  EXPECT_EQ(account->name, "u1");
  EXPECT_EQ(account->primary_group, Gid{100});
}

TEST(ReadAccount, OfNobodyIsNone) {
  const LookupAnswer answer = ValidAnswer(LookupQuestion::kAccount, LookupOutcome::kUnknown);
  const auto result = ReadAccount(answer, kUid);
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE((*result).has_value()) << "whatever the other fields hold";
}

TEST(ReadAccount, OfSomebodyElseIsNotBelieved) {
  for (const std::uint32_t uid : {0U, 5000U, 5002U, 65534U, 0x80001389U, 0xffffffffU}) {
    LookupAnswer answer = AccountNamed("u1");
    answer.uid = uid;
    EXPECT_EQ(ReasonOf(ReadAccount(answer, kUid)), Reason::kLookupMisspoke) << uid;
  }
}

TEST(ReadAccount, WithANumberThatIsNoGroupIsNotBelieved) {
  LookupAnswer answer = AccountNamed("u1");
  for (const std::uint32_t gid : {0U, kLargestId}) {
    answer.gid = gid;
    EXPECT_TRUE(ReadAccount(answer, kUid).has_value()) << gid;
  }
  answer.gid = kNoId;
  EXPECT_EQ(ReasonOf(ReadAccount(answer, kUid)), Reason::kLookupMisspoke);
}

TEST(ReadAccount, WithANameThatWouldBeMistakenIsNotBelieved) {
  for (const std::string name : {"", "+", "-", "+x", "-x", "+@group", "a:b", ":", "a\nb", "\n", "a\tb", "a\rb",
                                 "\x1b[2J", "a\x01", "a\x1f", "a\x7f"}) {
    EXPECT_EQ(ReasonOf(ReadAccount(AccountNamed(name), kUid)), Reason::kLookupMisspoke) << name;
  }
}

TEST(ReadAccount, WithAnyOtherNameIsBelieved) {
  for (const std::string& name : {std::string("u"), std::string("DOMAIN\\first last"), std::string("u1@example.org"),
                                  std::string("m\xc3\xbcller"), std::string("5001"), std::string("a+b-c"),
                                  std::string(" "), std::string(kLongestAccountName, 'x')}) {
    const LookupAnswer answer = AccountNamed(name);
    const auto result = ReadAccount(answer, kUid);
    ASSERT_TRUE(result.has_value()) << name;
    const auto& account = *result;
    EXPECT_EQ(account->name, name);
  }
}

TEST(ReadAccount, KeepsTheErrnoOfTheNameServices) {
  LookupAnswer answer = AnswerOf(LookupQuestion::kAccount, LookupOutcome::kUnavailable);
  answer.detail = ECONNREFUSED;
  EXPECT_EQ(FailureIn(ReadAccount(answer, kUid)).error_number, ECONNREFUSED);
}

TEST(ReadPolicy, TellsWhatPamSaid) {
  LookupAnswer answer = AnswerOf(LookupQuestion::kPolicy, LookupOutcome::kRefused);
  PutText("User account has expired", answer.text);
  answer.detail = 13;
  const Failure failure = FailureIn(ReadPolicy(answer));
  EXPECT_EQ(failure.reason, Reason::kPolicyRefused);
  EXPECT_EQ(failure.said.view(), "User account has expired");
  EXPECT_EQ(failure.numbers[0], 13U);
}

}  // namespace
}  // namespace uidmap
