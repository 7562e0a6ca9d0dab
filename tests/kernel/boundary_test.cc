// SPDX-License-Identifier: BSD-3-Clause
// What a map may use of its parent namespace's map: map_id_range_down() in kernel/user_namespace.c, called by
// map_write(); user_namespaces(7).
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "support.h"

namespace uidmap_kernel {
namespace {

// What the kernel says to `wanted` as the map of a namespace made by root of a namespace with the map `parent`.
void ExpectBelow(std::string_view parent, std::string_view wanted, Outcome outcome) {
  const NewNamespace above;
  ASSERT_EQ(above.Write("uid_map", parent), kOk);
  ASSERT_EQ(above.Write("gid_map", "0 61001 1\n"), kOk);
  InChild([&] {
    EnterAsRoot(above.Open("ns/user", O_RDONLY).get());
    const NewNamespace below(0);
    EXPECT_EQ(below.Write("uid_map", wanted), outcome);
    EXPECT_EQ(below.Read("uid_map"), outcome == kOk ? wanted : "");
  });
}

// From the ids 0, 1 to 9, 10 to 19 in three extents that touch on both sides.
constexpr std::string_view kTouching = "0 99999 1\n1 100000 9\n10 100009 10\n";
constexpr std::string_view kWithHole = "0 100000 10\n20 110000 10\n";

// Up to 5 extents are searched one by one, more are sorted and searched by halves: map_id_range_down_base() and
// map_id_range_down_max(), UID_GID_MAP_MAX_BASE_EXTENTS.
std::string ManyTouching() {
  std::string map;
  for (int i = 0; i < 20; ++i) map += std::to_string(10 * i) + ' ' + std::to_string(100000 + 10 * i) + " 10\n";
  return map;
}

TEST(Boundary, RangeInsideOneExtentIsTaken) { ExpectBelow(kTouching, "0 12 5\n", kOk); }

TEST(Boundary, WholeExtentIsTaken) { ExpectBelow(kTouching, "0 1 9\n", kOk); }

// Extents of the parent that touch on both sides are still two.
TEST(Boundary, RangeOverTwoExtentsThatTouchIsEperm) { ExpectBelow(kTouching, "0 9 2\n", Fails(EPERM)); }

TEST(Boundary, RangeOverThreeExtentsIsEperm) { ExpectBelow(kTouching, "0 0 20\n", Fails(EPERM)); }

TEST(Boundary, RangeCutAtTheBoundaryIsTaken) { ExpectBelow(kTouching, "0 9 1\n1 10 1\n", kOk); }

// The extents of the map that is written may touch, and are not joined.
TEST(Boundary, RangeCutAtEveryBoundaryIsTaken) { ExpectBelow(kTouching, "0 0 1\n1 1 9\n10 10 10\n", kOk); }

TEST(Boundary, RangeOverAHoleIsEperm) { ExpectBelow(kWithHole, "0 5 20\n", Fails(EPERM)); }

TEST(Boundary, RangeInAHoleIsEperm) { ExpectBelow(kWithHole, "0 12 3\n", Fails(EPERM)); }

TEST(Boundary, RangeIntoAHoleIsEperm) { ExpectBelow(kWithHole, "0 5 6\n", Fails(EPERM)); }

TEST(Boundary, RangePastTheEndIsEperm) { ExpectBelow(kWithHole, "0 25 6\n", Fails(EPERM)); }

// One bad extent is enough: nothing of the others is installed.
TEST(Boundary, HoleAmongGoodRangesIsEperm) { ExpectBelow(kWithHole, "0 0 5\n5 15 1\n6 20 5\n", Fails(EPERM)); }

TEST(Boundary, OfManyExtentsRangeInsideOneIsTaken) { ExpectBelow(ManyTouching(), "0 123 7\n", kOk); }

TEST(Boundary, OfManyExtentsRangeOverTwoIsEperm) { ExpectBelow(ManyTouching(), "0 129 2\n", Fails(EPERM)); }

TEST(Boundary, OfManyExtentsRangeCutAtTheBoundaryIsTaken) { ExpectBelow(ManyTouching(), "0 129 1\n1 130 1\n", kOk); }

// What a process reads in its own /proc/self/uid_map are the ids of its namespace in the first column, and one line
// for each extent: uid_m_show().
TEST(Boundary, OwnMapShowsTheExtentsApart) {
  const NewNamespace above;
  ASSERT_EQ(above.Write("uid_map", kTouching), kOk);
  ASSERT_EQ(above.Write("gid_map", "0 61001 1\n"), kOk);
  InChild([&] {
    EnterAsRoot(above.Open("ns/user", O_RDONLY).get());
    const std::string map = ReadAll(Fd(open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC)).get());
    EXPECT_EQ(map,
              "         0      99999          1\n"
              "         1     100000          9\n"
              "        10     100009         10\n");
  });
}

}  // namespace
}  // namespace uidmap_kernel
