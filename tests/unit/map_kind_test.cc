// SPDX-License-Identifier: BSD-3-Clause
#include "core/map_kind.h"

#include <gtest/gtest.h>

namespace uidmap {
namespace {

TEST(MapKind, UidRowIsForUids) {
  const MapKindRow& row = RowOf(MapKind::kUid);
  EXPECT_EQ(row.kind, MapKind::kUid);
  EXPECT_EQ(row.program, "newuidmap");
  EXPECT_EQ(row.id_word, "uid");
  EXPECT_STREQ(row.map_file, "uid_map");
  EXPECT_STREQ(row.grant_file, "/etc/subuid");
  EXPECT_EQ(row.capability, 7U);
  EXPECT_EQ(row.capability_name, "CAP_SETUID");
  EXPECT_EQ(row.setgroups, SetgroupsRule::kNotConcerned);
  EXPECT_EQ(row.outside_zero, OutsideZeroRule::kNeedsSetfcap);
}

TEST(MapKind, GidRowIsForGids) {
  const MapKindRow& row = RowOf(MapKind::kGid);
  EXPECT_EQ(row.kind, MapKind::kGid);
  EXPECT_EQ(row.program, "newgidmap");
  EXPECT_EQ(row.id_word, "gid");
  EXPECT_STREQ(row.map_file, "gid_map");
  EXPECT_STREQ(row.grant_file, "/etc/subgid");
  EXPECT_EQ(row.capability, 6U);
  EXPECT_EQ(row.capability_name, "CAP_SETGID");
  EXPECT_EQ(row.setgroups, SetgroupsRule::kDenyUnlessGranted);
  EXPECT_EQ(row.outside_zero, OutsideZeroRule::kLikeAnyId);
}

}  // namespace
}  // namespace uidmap
