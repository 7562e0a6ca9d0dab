// SPDX-License-Identifier: BSD-3-Clause
#include "core/caller.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace uidmap {
namespace {

std::vector<std::string> Listed(const AccountNames& names) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < names.size(); ++i) list.emplace_back(names[i]);
  return list;
}

TEST(AccountNames, KeepNamesApartAndInOrder) {
  AccountNames names;
  EXPECT_EQ(names.size(), 0U);
  EXPECT_EQ(names.First(), "");
  for (const char* name : {"u1", "alias", "5001", "u1"}) ASSERT_TRUE(names.Add(name));
  EXPECT_EQ(Listed(names), (std::vector<std::string>{"u1", "alias", "5001", "u1"}));
  EXPECT_EQ(names.First(), "u1");
}

TEST(AccountNames, HaveRoomFor32) {
  AccountNames names;
  for (std::size_t i = 0; i < AccountNames::kMaxNames; ++i) ASSERT_TRUE(names.Add("name" + std::to_string(i)));
  const auto before = Listed(names);
  EXPECT_EQ(before.back(), "name31");
  EXPECT_FALSE(names.Add("other"));
  EXPECT_EQ(Listed(names), before);
}

TEST(AccountNames, HaveRoomFor2048Bytes) {
  const std::string half(AccountNames::kMaxBytes / 2, 'a');
  AccountNames names;
  ASSERT_TRUE(names.Add(half));
  ASSERT_TRUE(names.Add(half));
  EXPECT_EQ(Listed(names), (std::vector<std::string>{half, half}));
  EXPECT_FALSE(names.Add("b"));

  AccountNames nearly_full;
  ASSERT_TRUE(nearly_full.Add(std::string(AccountNames::kMaxBytes - 2, 'a')));
  EXPECT_FALSE(nearly_full.Add("root"));
  EXPECT_EQ(nearly_full.size(), 1U) << "a name must not be kept cut";
}

// A caller is made in one place, so what it does not set must be the strict rule.
TEST(Caller, RunsWithHisPrimaryGroupOnlyUnlessSaidOtherwise) {
  EXPECT_EQ(Caller{}.group_rule, GroupRule::kPrimaryOnly);
  EXPECT_FALSE(Caller{}.primary_group.has_value());
}

}  // namespace
}  // namespace uidmap
