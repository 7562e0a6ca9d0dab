// SPDX-License-Identifier: BSD-3-Clause
#include "core/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "support.h"

namespace uidmap {
namespace {

const Failure kFailure = FailureOf(Reason::kFileUnreadable, "subject", 13);

TEST(Result, HoldsAValue) {
  Result<int> result = 7;
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, 7);
  *result = 8;
  EXPECT_EQ(std::move(result).Take(), 8);
}

TEST(Result, HoldsAFailureWithAllItKnows) {
  const Result<int> result = kFailure;
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().reason, Reason::kFileUnreadable);
  EXPECT_EQ(result.error().subject.view(), "subject");
  EXPECT_EQ(result.error().error_number, 13);
}

TEST(Result, AValueThatIsFalseIsAValue) {
  EXPECT_TRUE(Result<bool>(false).has_value());
  EXPECT_FALSE(Result<bool>(kFailure).has_value());
}

TEST(Result, WithoutValueSucceedsUnlessItHasAFailure) {
  EXPECT_TRUE(Result<void>().has_value());
  const Result<void> failed = kFailure;
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().reason, Reason::kFileUnreadable);
}

TEST(Result, MovesAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  EXPECT_EQ(**result, 7);
  const std::unique_ptr<int> taken = std::move(result).Take();
  EXPECT_EQ(*taken, 7);
}

TEST(ResultDeathTest, ReadingAnAbsentValueEndsTheProgram) {
  Result<int> result = kFailure;
  EXPECT_DEATH((void)*result, "");
  EXPECT_DEATH((void)std::move(result).Take(), "");
  EXPECT_DEATH((void)Result<void>().error(), "");
}

// Runs `step` as a function of the program would, and counts how far it got.
template <class Step>
Result<int> RunThrough(const Step& step, int& passed) {
  const int value = TRY(step());
  ++passed;
  return value + 1;
}

TEST(Try, GivesTheValueAndGoesOn) {
  int calls = 0;
  int passed = 0;
  const Result<int> result = RunThrough([&]() -> Result<int> { return ++calls; }, passed);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, 2);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(passed, 1);
}

TEST(Try, ReturnsTheFailureUnchangedAndGoesNoFurther) {
  int calls = 0;
  int passed = 0;
  const auto fail = [&]() -> Result<int> { return ++calls, kFailure; };
  const Result<int> result = RunThrough(fail, passed);
  EXPECT_EQ(ReasonOf(result), Reason::kFileUnreadable);
  EXPECT_EQ(result.error().subject.view(), "subject");
  EXPECT_EQ(result.error().error_number, 13);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(passed, 0);
}

TEST(Try, WorksForAStepWithoutValue) {
  const auto run = [](const Result<void>& step) -> Result<int> {
    TRY(step);
    return 1;
  };
  EXPECT_EQ(ReasonOf(run({})), Reason::kNone);
  EXPECT_EQ(ReasonOf(run(kFailure)), Reason::kFileUnreadable);
}

}  // namespace
}  // namespace uidmap
