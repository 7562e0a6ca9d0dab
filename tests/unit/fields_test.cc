// SPDX-License-Identifier: BSD-3-Clause
#include "core/fields.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace uidmap {
namespace {

std::vector<std::string_view> AllFields(std::string_view rest) {
  std::vector<std::string_view> fields = {TakeField(rest)};
  while (!rest.empty()) fields.push_back(TakeField(rest));
  return fields;
}

TEST(Fields, AreTheTextBetweenColons) {
  using Fields = std::vector<std::string_view>;
  EXPECT_EQ(AllFields("a:b:c"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(AllFields("a::c"), (Fields{"a", "", "c"}));
  EXPECT_EQ(AllFields(":a"), (Fields{"", "a"}));
  EXPECT_EQ(AllFields(" a : b"), (Fields{" a ", " b"}));
  EXPECT_EQ(AllFields("a"), (Fields{"a"}));
  EXPECT_EQ(AllFields(""), (Fields{""}));
}

TEST(Fields, TheLastOneLeavesNothing) {
  std::string_view rest = "a";
  EXPECT_EQ(TakeField(rest), "a");
  EXPECT_EQ(rest, "");
  EXPECT_EQ(TakeField(rest), "");
}

TEST(Fields, AnotherSeparatorCanBeAskedFor) {
  std::string_view rest = "a:b#c#d";
  EXPECT_EQ(TakeField(rest, '#'), "a:b");
  EXPECT_EQ(rest, "c#d");
}

TEST(Blanks, AreTakenOffBothEndsOnly) {
  EXPECT_EQ(WithoutBlanks(" \t\r\f\va b\t "), "a b");
  EXPECT_EQ(WithoutBlanks("ab"), "ab");
  EXPECT_EQ(WithoutBlanks(" \t"), "");
  EXPECT_EQ(WithoutBlanks(""), "");
  EXPECT_EQ(WithoutBlanks("\na\n"), "\na\n");
}

TEST(IgnoringCase, OnlyTheCaseOfAsciiLettersIsIgnored) {
  EXPECT_TRUE(EqualsIgnoringCase("AMZaz09_", "amzaz09_"));
  EXPECT_TRUE(EqualsIgnoringCase("", ""));
  for (const char* other : {"", "ye", "yess", "y3s", "yes ", "no"})
    EXPECT_FALSE(EqualsIgnoringCase(other, "yes")) << other;
  EXPECT_FALSE(EqualsIgnoringCase("@", "`"));  // 32 apart, as letters of two cases are
  EXPECT_FALSE(EqualsIgnoringCase("[", "{"));
  EXPECT_FALSE(EqualsIgnoringCase("\xc4", "\xe4"));
}

}  // namespace
}  // namespace uidmap
