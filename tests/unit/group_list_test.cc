// SPDX-License-Identifier: BSD-3-Clause
#include "core/group_list.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uidmap {
namespace {

constexpr std::string_view kStatus =
    "Name:\tGroups\\nGroups:\t7\nUid:\t1\t2\t3\t4\nGid:\t1000\t1001\t1002\t1003\nFDSize:\t64\nGroups:\t5 27 "
    "4294967294 \n"
    "NStgid:\t8\n";

constexpr bool Is(std::uint32_t gid, std::string_view status = kStatus) { return MayBeInGroup(status, {gid}); }

TEST(GroupList, RealEffectiveAndFurtherGroupsCount) {
  for (const std::uint32_t gid : {1000U, 1001U, 1002U, 1003U, 5U, 27U, 4294967294U}) EXPECT_TRUE(Is(gid)) << gid;
}

TEST(GroupList, OtherNumbersDoNot) {
  for (const std::uint32_t gid : {0U, 1U, 2U, 7U, 8U, 10U, 64U, 100U, 10001U, 429496729U})
    EXPECT_FALSE(Is(gid)) << gid;
}

TEST(GroupList, WhoHasNoneIsInNone) {
  EXPECT_FALSE(Is(5, "Gid:\t1\t1\t1\t1\nGroups:\t \n"));
  EXPECT_FALSE(Is(5, "Gid:\t1\t1\t1\t1\nGroups:\n"));
}

TEST(GroupList, WhereTheLineIsCutOrMissingEverythingIsPossible) {
  EXPECT_TRUE(Is(5, ""));
  EXPECT_TRUE(Is(5, "Gid:\t1\t1\t1\t1\n"));
  for (std::size_t size = 0; size < kStatus.find("NStgid"); ++size)
    EXPECT_TRUE(Is(6, kStatus.substr(0, size))) << size;
}

}  // namespace
}  // namespace uidmap
