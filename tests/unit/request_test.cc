// SPDX-License-Identifier: BSD-3-Clause
#include "core/request.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

constexpr char kTarget[] = "4711";

Result<Request> Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return ParseRequest(pointers);
}

// `size` triples, none of which overlap.
std::vector<std::string> WithTriples(std::size_t size) {
  std::vector<std::string> arguments = {kTarget};
  for (std::size_t i = 0; i < size; ++i) {
    arguments.insert(arguments.end(), {std::to_string(i * 2), std::to_string(100000 + i * 3), "1"});
  }
  return arguments;
}

TEST(Request, NothingAtAllIsRefused) { EXPECT_EQ(ReasonOf(Parse({})), Reason::kNoArguments); }

TEST(Request, HelpAndVersionOnlyWhenAlone) {
  const auto alone = [](const char* option) { return Parse({option}); };
  ASSERT_TRUE(alone("--help").has_value());
  EXPECT_EQ((*alone("--help")).action, Action::kShowHelp);
  ASSERT_TRUE(alone("--version").has_value());
  EXPECT_EQ((*alone("--version")).action, Action::kShowVersion);

  for (const char* option : {"--help", "--version"}) {
    SCOPED_TRACE(option);
    EXPECT_EQ(ReasonOf(Parse({option, option})), Reason::kBadTarget);
    EXPECT_EQ(ReasonOf(Parse({option, "0", "1000", "1"})), Reason::kBadTarget);
    EXPECT_EQ(ReasonOf(Parse({kTarget, option})), Reason::kIncompleteTriple);
    EXPECT_EQ(ReasonOf(Parse({kTarget, option, "1", "1"})), Reason::kNotDecimal);
  }
}

TEST(Request, NoOtherOptionExists) {
  for (const char* option : {"-h", "-V", "--", "-", "--hel", "--help=", "--HELP", "help"}) {
    SCOPED_TRACE(option);
    EXPECT_EQ(ReasonOf(Parse({option})), Reason::kBadTarget);
  }
}

TEST(RequestTarget, TakesAProcessIdOrADescriptor) {
  using Form = TargetName::Form;
  const struct {
    const char* text;
    Form form;
    int number;
  } rows[] = {
      {"1", Form::kProcessId, 1},
      {"4711", Form::kProcessId, 4711},
      {"2147483647", Form::kProcessId, 2147483647},
      {"fd:0", Form::kDescriptor, 0},
      {"fd:1", Form::kDescriptor, 1},
      {"fd:2147483647", Form::kDescriptor, 2147483647},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto request = Parse({row.text});
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ((*request).action, Action::kWriteMap);
    EXPECT_EQ((*request).target.form, row.form);
    EXPECT_EQ((*request).target.number, row.number);
    EXPECT_EQ((*request).target.descriptor(), row.form == Form::kDescriptor ? row.number : -1);
  }
}

TEST(RequestTarget, RefusesEverythingElseAndQuotesIt) {
  std::vector<std::string> texts = {"0",          "2147483648",
                                    "4294967297", "99999999999999999999",
                                    "/proc/1",    "self",
                                    "fd",         "fd:",
                                    "FD:7",       "Fd:7",
                                    "fd:-1",      "fd: 7",
                                    "fd:+7",      "fd:007",
                                    "fd:7x",      "fd:2147483648",
                                    "fd:fd:7",    " fd:7",
                                    "pid:12",     "fd:0x7",
                                    "7:fd",       "fd:99999999999999999999"};
  for (const std::string_view text : kNotPlainDecimal) texts.emplace_back(text.data());  // as argv has it: to the NUL
  for (const std::string& text : texts) {
    if (text == "1") continue;  // what "1\0" is in argv
    SCOPED_TRACE(testing::PrintToString(text));
    const auto request = Parse({text, "0", "1000", "1"});
    EXPECT_EQ(ReasonOf(request), Reason::kBadTarget);
    EXPECT_EQ(FailureIn(request).subject.view(), text);
  }
}

TEST(RequestNumbers, EveryPositionTakesPlainDecimalOnly) {
  for (std::size_t position = 2; position <= 7; ++position) {
    for (const std::string_view text : kNotPlainDecimal) {
      const std::string argument = text.data();  // as argv has it: to the NUL
      if (argument == "1") continue;
      SCOPED_TRACE(testing::PrintToString(argument) + " at " + std::to_string(position));
      std::vector<std::string> arguments = WithTriples(2);
      arguments[position - 1] = argument;
      const auto request = Parse(arguments);
      EXPECT_EQ(ReasonOf(request), Reason::kNotDecimal);
      EXPECT_EQ(FailureIn(request).numbers, (Numbers{position}));
      EXPECT_EQ(FailureIn(request).subject.view(), argument);
    }
  }
}

TEST(RequestNumbers, TooLargeOnesAreNamedByPositionAndText) {
  const std::vector<std::string> for_all = {"4294967296",           "4294967297",           "18446744073709551615",
                                            "18446744073709551616", "99999999999999999999", std::string(200, '9')};
  std::vector<std::string> for_ids = for_all;
  for_ids.emplace_back("4294967295");
  for (std::size_t position = 2; position <= 7; ++position) {
    const bool is_count = position == 4 || position == 7;
    for (const std::string& text : is_count ? for_all : for_ids) {
      SCOPED_TRACE(text + " at " + std::to_string(position));
      std::vector<std::string> arguments = WithTriples(2);
      arguments[position - 1] = text;
      const auto request = Parse(arguments);
      EXPECT_EQ(ReasonOf(request), Reason::kIdTooLarge);
      EXPECT_EQ(FailureIn(request).numbers, (Numbers{position}));
      EXPECT_EQ(FailureIn(request).subject.view(), text.substr(0, 120));
    }
  }
}

TEST(RequestNumbers, TheFirstBadOneIsNamed) {
  const auto request = Parse({kTarget, "0", "x", "y", "z", "0", "0"});
  EXPECT_EQ(ReasonOf(request), Reason::kNotDecimal);
  EXPECT_EQ(FailureIn(request).numbers, (Numbers{3}));
  EXPECT_EQ(FailureIn(request).subject.view(), "x");
}

TEST(RequestNumbers, ZeroCountIsNamedByTriple) {
  EXPECT_EQ(FailureIn(Parse({kTarget, "0", "1000", "0"})).numbers, (Numbers{1}));
  const auto request = Parse({kTarget, "0", "1000", "1", "1", "2000", "0"});
  EXPECT_EQ(ReasonOf(request), Reason::kZeroCount);
  EXPECT_EQ(FailureIn(request).numbers, (Numbers{2}));
}

TEST(RequestNumbers, BothRangesEndAtTheLargestId) {
  const struct {
    const char* inside;
    const char* outside;
    const char* count;
    Extent extent;
  } taken[] = {
      {"0", "0", "1", MakeExtent(0, 0, 1)},
      {"0", "0", "4294967294", MakeExtent(0, 0, 4294967294)},
      {"0", "0", "4294967295", MakeExtent(0, 0, 4294967295)},
      {"1", "0", "4294967294", MakeExtent(1, 0, 4294967294)},
      {"0", "1", "4294967294", MakeExtent(0, 1, 4294967294)},
      {"4294967294", "0", "1", MakeExtent(4294967294, 0, 1)},
      {"0", "4294967294", "1", MakeExtent(0, 4294967294, 1)},
      {"4294967294", "4294967294", "1", MakeExtent(4294967294, 4294967294, 1)},
  };
  for (const auto& row : taken) {
    SCOPED_TRACE(std::string(row.inside) + " " + row.outside + " " + row.count);
    const auto request = Parse({kTarget, row.inside, row.outside, row.count});
    ASSERT_EQ(ReasonOf(request), Reason::kNone);
    ASSERT_EQ((*request).extents.view().size(), 1U);
    EXPECT_EQ((*request).extents.view()[0], row.extent);
  }
}

TEST(RequestNumbers, RangesPastTheLargestIdAreNamedWithTheirNumbers) {
  const Numbers refused[] = {
      {1, 1, 0, 4294967295}, {1, 0, 1, 4294967295},          {1, 4294967294, 0, 2},
      {1, 0, 4294967294, 2}, {1, 4294967294, 4294967294, 2}, {1, 2147483648, 0, 2147483648},
      {1, 0, 2, 4294967294}, {1, 100000, 7, 4294867296},
  };
  for (const Numbers& numbers : refused) {
    SCOPED_TRACE(testing::PrintToString(numbers));
    const auto request =
        Parse({kTarget, std::to_string(numbers[1]), std::to_string(numbers[2]), std::to_string(numbers[3])});
    EXPECT_EQ(ReasonOf(request), Reason::kTooManyIds);
    EXPECT_EQ(FailureIn(request).numbers, numbers);
  }
  const auto second = Parse({kTarget, "0", "0", "1", "1", "4294967294", "2"});
  EXPECT_EQ(FailureIn(second).numbers, (Numbers{2, 1, 4294967294, 2}));
}

TEST(RequestTriples, NoneIsAnEmptyRequest) {
  const auto request = Parse({kTarget});
  ASSERT_TRUE(request.has_value());
  EXPECT_TRUE((*request).extents.empty());
}

// The first number is upstream's count of triples, rounded up.
TEST(RequestTriples, IncompleteOneIsNamedWithUpstreamsNumbers) {
  const struct {
    std::size_t numbers;
    Numbers expected;
  } rows[] = {{1, {1, 1}}, {2, {1, 2}},         {4, {2, 4}},        {5, {2, 5}},
              {7, {3, 7}}, {1022, {341, 1022}}, {1024, {342, 1024}}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.numbers);
    std::vector<std::string> arguments = WithTriples(400);
    arguments.resize(1 + row.numbers);
    const auto request = Parse(arguments);
    EXPECT_EQ(ReasonOf(request), Reason::kIncompleteTriple);
    EXPECT_EQ(FailureIn(request).numbers, row.expected);
  }
}

TEST(RequestTriples, UpTo340AreKeptInOrder) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{6}, kMaxExtents}) {
    SCOPED_TRACE(size);
    const auto request = Parse(WithTriples(size));
    ASSERT_EQ(ReasonOf(request), Reason::kNone);
    const auto extents = (*request).extents.view();
    ASSERT_EQ(extents.size(), size);
    for (std::uint32_t i = 0; i < size; ++i) EXPECT_EQ(extents[i], MakeExtent(i * 2, 100000 + i * 3, 1));
  }
}

TEST(RequestTriples, MoreThan340AreCountedAndRefused) {
  for (const std::size_t size : {std::size_t{341}, std::size_t{342}, std::size_t{5000}}) {
    const auto request = Parse(WithTriples(size));
    EXPECT_EQ(ReasonOf(request), Reason::kTooManyExtents);
    EXPECT_EQ(FailureIn(request).numbers, (Numbers{size}));
  }
}

TEST(RequestTriples, OverlapNamesTheCollidingPair) {
  const auto inside = Parse({kTarget, "0", "1000", "10", "10", "2000", "10", "9", "3000", "1"});
  EXPECT_EQ(ReasonOf(inside), Reason::kInsideOverlap);
  EXPECT_EQ(FailureIn(inside).numbers, (Numbers{1, 3, 9}));
  const auto outside = Parse({kTarget, "0", "1000", "10", "10", "2000", "10", "20", "1990", "11"});
  EXPECT_EQ(ReasonOf(outside), Reason::kOutsideOverlap);
  EXPECT_EQ(FailureIn(outside).numbers, (Numbers{2, 3, 2000}));
}

}  // namespace
}  // namespace uidmap
