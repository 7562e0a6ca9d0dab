// SPDX-License-Identifier: BSD-3-Clause
#include "core/subid_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/key_search.h"
#include "support.h"

namespace uidmap {
namespace {

using namespace std::string_view_literals;  // for lines with a NUL

// What `line`, found by the owner in it, grants to `caller`.
std::optional<IdRange> GrantTo(const Caller& caller, std::string_view line) {
  const SubidOwner owner(caller);
  const std::string block = "\n" + std::string(line) + "\n";
  for (const std::string_view spelling : owner.spellings()) {
    KeySearch search(block, '\n', {&spelling, 1});
    std::string_view found;
    if (!search.Next(found)) continue;
    EXPECT_EQ(found, line);
    return GrantOfLine(found);
  }
  return std::nullopt;
}

// User u1 is uid 5001 and is called alias in a second line of passwd.
std::optional<IdRange> GrantToU1(std::string_view line) {
  return GrantTo(MakeCaller(5001, 5001, {"u1", "alias"}), line);
}

TEST(SubidLine, GrantsARangeInPlainDecimal) {
  const struct {
    std::string_view line;
    IdRange range;
  } rows[] = {
      {"u1:100000:65536", {100000, 165535}},
      {"u1:100000:1", {100000, 100000}},
      {"u1:0:1", {0, 0}},
      {"u1:0:4294967295", {0, 4294967294}},
      {"u1:1:4294967295", {1, 4294967295}},
      {"u1:100000:4294867296", {100000, 4294967295}},
      {"u1:4294967295:1", {4294967295, 4294967295}},
      {"5001:100000:65536", {100000, 165535}},
      {"alias:100000:65536", {100000, 165535}},
  };
  for (const auto& row : rows) EXPECT_EQ(GrantToU1(row.line), row.range) << row.line;
}

TEST(SubidLine, GrantsNothingUnlessItIsExactlyOwnerFirstCount) {
  const std::string_view lines[] = {
      "",
      ":",
      "::",
      ":::",
      "foo",
      "u1",
      "u1:",
      "u1::",
      "u1:100000",
      "u1:x:y",
      "u1::65536",
      "u1:100000:",
      "u1:100000:65536:extra",
      "u1:100000:65536:",
      "u1:1:2:3:4",
      ":u1:100000:65536",
      ":100000:65536",
      "u1;100000;65536",
      "u1 100000 65536",
      "# text",
      "#u1:100000:65536",
      "+u1:100000:65536",
      "-u1:100000:65536",
      "+:100000:65536",
      "-:100000:65536",
      "+",
      "-",
      "+5001:100000:65536",
      "-5001:100000:65536",
      "u1:100000:65536 ",
      "u1:100000:65536\r",
      "u1:100000:65536\t",
      "\tu1:100000:65536",
      " u1:100000:65536",
      "u1 :100000:65536",
      "u1: 100000: 65536",
      "u1:100000 :65536",
      "u1:100000: 65536",
      "u1:100000:65536\0"sv,
      "u1\0:100000:65536"sv,
      "u1\0x:100000:65536"sv,
      "u1:100000\0:65536"sv,
      "\0:100000:65536"sv,
  };
  for (const std::string_view line : lines) EXPECT_EQ(GrantToU1(line), std::nullopt) << testing::PrintToString(line);
}

TEST(SubidLine, GrantsNothingForAnotherSpellingOfANumber) {
  for (const std::string_view number : kNotPlainDecimal) {
    const std::string text(number);
    EXPECT_EQ(GrantOfLine("u1:" + text + ":65536"), std::nullopt) << testing::PrintToString(text);
    EXPECT_EQ(GrantOfLine("u1:100000:" + text), std::nullopt) << testing::PrintToString(text);
  }
  EXPECT_EQ(GrantToU1("u1:0x186a0:65536"), std::nullopt);
  EXPECT_EQ(GrantToU1("u1:0303240:65536"), std::nullopt);
}

// Debian's newuidmap takes the first three for a grant of every id.
TEST(SubidLine, GrantsNothingIfTheCountIsZeroNegativeOrTooLarge) {
  for (const std::string_view line :
       {"u1:0:0", "u1:0:-1", "u1:1:-1", "u1:1:18446744073709551615", "u1:1:18446744073709551616", "u1:0:4294967296",
        "u1:100000:0", "u1:100000:-1", "u1:-1:10", "u1:-10:20", "u1:100000:4294867297", "u1:2:4294967295",
        "u1:4294967295:2", "u1:4294967296:1", "u1:4294967295:4294967295", "u1:0:99999999999999999999",
        "u1:99999999999999999999:1"}) {
    EXPECT_EQ(GrantToU1(line), std::nullopt) << line;
  }
}

// It points into itself.
static_assert(!std::is_copy_constructible_v<SubidOwner> && !std::is_copy_assignable_v<SubidOwner>);

TEST(SubidOwner, IsNobodyElse) {
  for (const std::string_view owner :
       {"",        "root",    "0",        "u",     "u11",    "u2",      "U1",         "lias",
        "aliases", "u1alias", "u1,alias", "*",     "05001",  "0005001", "500",        "50011",
        "5002",    "0x1389",  " 5001",    "5001 ", " +5001", "5001x",   "4294972297", "18446744073709556617"}) {
    EXPECT_EQ(GrantToU1(std::string(owner) + ":100000:65536"), std::nullopt) << owner;
  }
}

TEST(SubidOwner, IsSpelledByUidAndEveryNameThatIsNoNumber) {
  const Caller caller = MakeCaller(5001, 5001, {"u1", "77", "alias", "077", "7x"});
  const SubidOwner owner(caller);
  EXPECT_EQ(std::vector<std::string_view>(owner.spellings().begin(), owner.spellings().end()),
            (std::vector<std::string_view>{"5001", "u1", "alias", "7x"}));
}

TEST(SubidOwner, MayHaveTheMostNames) {
  Caller caller = MakeCaller(5001, 5001, {});
  for (std::size_t i = 0; i < AccountNames::kMaxNames; ++i) ASSERT_TRUE(caller.names.Add("n" + std::to_string(i)));
  EXPECT_EQ(SubidOwner(caller).spellings().size(), AccountNames::kMaxNames + 1);
  EXPECT_TRUE(GrantTo(caller, "n31:100000:65536").has_value());
}

TEST(SubidOwner, LargestAndSmallestUidAreRecognised) {
  for (const std::uint32_t uid : {std::uint32_t{0}, std::uint32_t{9}, kLargestId}) {
    const Caller caller = MakeCaller(uid, 1, {});
    EXPECT_TRUE(GrantTo(caller, std::to_string(uid) + ":100000:1").has_value()) << uid;
    EXPECT_FALSE(GrantTo(caller, std::to_string(uid) + "0:100000:1").has_value()) << uid;
  }
}

TEST(SubidOwner, WithoutNameIsKnownByUidOnly) {
  const Caller caller = MakeCaller(5001, 5001, {});
  EXPECT_TRUE(GrantTo(caller, "5001:100000:65536").has_value());
  EXPECT_FALSE(GrantTo(caller, "u1:100000:65536").has_value());
  EXPECT_FALSE(GrantTo(caller, ":100000:65536").has_value());
}

// Shadow gives this caller the grants of uid 5001, and those of the user whom uid 5001 is.
TEST(SubidOwner, NamedLikeAUidGetsNoneOfThatUidsGrants) {
  const Caller caller = MakeCaller(5003, 5003, {"5001"});
  EXPECT_FALSE(GrantTo(caller, "5001:100000:65536").has_value());
  EXPECT_FALSE(GrantTo(caller, "u1:100000:65536").has_value());
  EXPECT_TRUE(GrantTo(caller, "5003:100000:65536").has_value());
}

// A request may span lines in any order and with any mixture of the owner's spellings; a line of somebody else
// leaves a hole.
TEST(SubidOwner, LinesOfAllSpellingsJoinInAnyOrder) {
  const struct {
    const char* text;
    bool is_u1;
  } spellings[] = {{"u1", true}, {"5001", true}, {"alias", true}, {"05001", false}, {"u2", false}, {"+u1", false}};
  for (const auto& a : spellings) {
    for (const auto& b : spellings) {
      for (const auto& c : spellings) {
        std::vector<std::string> lines = {std::string(a.text) + ":100:10", std::string(b.text) + ":110:10",
                                          std::string(c.text) + ":115:20"};
        std::sort(lines.begin(), lines.end());
        do {
          IdRanges granted;
          for (const std::string& line : lines) {
            const auto range = GrantToU1(line);
            ASSERT_TRUE(!range || granted.Add(*range));
          }
          SCOPED_TRACE(testing::PrintToString(lines));
          EXPECT_EQ(granted.Hold({100, 134}), a.is_u1 && b.is_u1 && c.is_u1);
          EXPECT_EQ(granted.Hold({100, 109}), a.is_u1);
          EXPECT_EQ(granted.Hold({110, 114}), b.is_u1);
          EXPECT_EQ(granted.Hold({115, 134}), c.is_u1);
        } while (std::next_permutation(lines.begin(), lines.end()));
      }
    }
  }
}

std::vector<std::string_view> SpellingsOf(const SubidOwner& owner) {
  return {owner.spellings().begin(), owner.spellings().end()};
}

TEST(SubidOwner, WithoutAUidIsKnownByNamesThatAreNoNumbers) {
  AccountNames names;
  for (const std::string_view name : {"ghost", "5001", "x5"}) ASSERT_TRUE(names.Add(name));
  EXPECT_EQ(SpellingsOf(SubidOwner(std::nullopt, names)), (std::vector<std::string_view>{"ghost", "x5"}));
  EXPECT_EQ(SpellingsOf(SubidOwner(Uid{7}, names)), (std::vector<std::string_view>{"7", "ghost", "x5"}));
}

TEST(SubidOwner, OwnsTheLinesWhoseWholeFirstFieldIsASpelling) {
  const Caller caller = MakeCaller(5001, 5001, {"u1", "alias"});
  const SubidOwner owner(caller);
  for (const std::string_view line : {"u1:1:1", "5001:1:1", "alias:x", "u1:", "u1"}) EXPECT_TRUE(owner.Owns(line));
  for (const std::string_view line :
       {"", ":", ":u1:1:1", "u:1:1", "u11:1:1", " u1:1:1", "u1 :1:1", "U1:1:1", "500:1:1", "05001:1:1", "u2:u1:1"}) {
    EXPECT_FALSE(owner.Owns(line)) << line;
  }
}

}  // namespace
}  // namespace uidmap
