// SPDX-License-Identifier: BSD-3-Clause
#include "core/passwd_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "support.h"

namespace uidmap {
namespace {

using namespace std::string_view_literals;  // for lines with a NUL

TEST(PasswdLine, GivesNameUidAndPrimaryGroup) {
  const struct {
    std::string_view line;
    std::string_view name;
    std::uint32_t uid;
    std::uint32_t gid;
  } rows[] = {
      {"root:x:0:0:root:/root:/bin/bash", "root", 0, 0},
      {"u1:x:5001:5002:,,,:/home/u1:/bin/sh", "u1", 5001, 5002},
      {"u1::5001:5002:::", "u1", 5001, 5002},
      {"u1:x:4294967294:4294967294:::", "u1", 4294967294, 4294967294},
      {"5001:x:5003:5003:::", "5001", 5003, 5003},
      {"a-b.c_d$:x:1:2:::", "a-b.c_d$", 1, 2},
      {"u1:x:1:2:# no comment:/:+", "u1", 1, 2},
      {"u1:x:1:2:::/bin/sh\r", "u1", 1, 2},
      {" \tu1:x:1:2:::", "u1", 1, 2},  // as libc reads it
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.line);
    const auto entry = ParsePasswdLine(row.line);
    ASSERT_TRUE(entry.has_value());
    EXPECT_EQ(entry->name, row.name);
    EXPECT_EQ(entry->uid, Uid{row.uid});
    EXPECT_EQ(entry->primary_group, Gid{row.gid});
  }
}

// libc's own reader takes some of these for uid 0.
TEST(PasswdLine, NisEntriesAreNoAccounts) {
  for (const std::string_view line : {"+", "-", "+::::::", "-::::::", "+:x:0:0:::", "+u1:x:5001:5001:::",
                                      "-u1:x:5001:5001:::", "+@group:x:5001:5001:::"}) {
    EXPECT_FALSE(ParsePasswdLine(line).has_value()) << line;
  }
}

TEST(PasswdLine, CommentsAndMalformedLinesAreNoAccounts) {
  for (const std::string_view line :
       {""sv, "#"sv, "# u1"sv, "#u1:x:5001:5001:::"sv, "u1"sv, "u1:x:5001:5001"sv, "u1:x:5001:5001::"sv,
        "u1:x:5001:5001::::"sv, "u1:x:5001:5001:a:b:c:d"sv, ":x:5001:5001:::"sv, "::::::"sv, "u1:x::5001:::"sv,
        "u1:x:5001::::"sv, "u1:5001:x:5001:::"sv, "\0\0\0"sv}) {
    EXPECT_FALSE(ParsePasswdLine(line).has_value()) << testing::PrintToString(line);
  }
}

TEST(PasswdLine, BlanksDoNotHideACommentOrNisEntry) {
  for (const char* line : {" #u1:x:1:2:::", "\t+u1:x:1:2:::", "  -u1:x:1:2:::"}) {
    EXPECT_FALSE(ParsePasswdLine(line).has_value()) << line;
  }
}

TEST(PasswdLine, IdsArePlainDecimalUpToTheLargest) {
  std::vector<std::string> bad = {"4294967295", "4294967296", "4294972297", "18446744073709556617"};
  for (const std::string_view text : kNotPlainDecimal) bad.emplace_back(text);
  for (const std::string& id : bad) {
    SCOPED_TRACE(testing::PrintToString(id));
    EXPECT_FALSE(ParsePasswdLine("u1:x:" + id + ":5001:::").has_value());
    EXPECT_FALSE(ParsePasswdLine("u1:x:5001:" + id + ":::").has_value());
  }
}

}  // namespace
}  // namespace uidmap
