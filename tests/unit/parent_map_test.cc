// SPDX-License-Identifier: BSD-3-Clause
#include "core/parent_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

std::vector<IdRange> PiecesOf(const ParentMap& map) { return {map.pieces().begin(), map.pieces().end()}; }

TEST(ParentMap, HasNoIdsBeforeALineWasTaken) { EXPECT_TRUE(ParentMap().pieces().empty()); }

TEST(ParentMap, WholeIsEveryIdInOnePiece) {
  EXPECT_EQ(PiecesOf(ParentMap::Whole()), (std::vector<IdRange>{{0, kLargestId}}));
}

// As the kernel prints it, and without its blanks.
TEST(ParentMap, TakesTheFirstColumnAndTheCount) {
  ParentMap map;
  EXPECT_TRUE(map.TakeLine("         0       1000          1"));
  EXPECT_TRUE(map.TakeLine("         1     100000      65536"));
  EXPECT_TRUE(map.TakeLine("70000 5 1"));
  EXPECT_EQ(PiecesOf(map), (std::vector<IdRange>{{0, 0}, {1, 65536}, {70000, 70000}}));
}

TEST(ParentMap, TakesTheMapOfTheInitialNamespace) {
  ParentMap map;
  EXPECT_TRUE(map.TakeLine("         0          0 4294967295"));
  EXPECT_EQ(PiecesOf(map), PiecesOf(ParentMap::Whole()));
}

TEST(ParentMap, RefusesWhatIsNoLineOfAMap) {
  for (const char* line : {"", " ", "0", "0 1000", "0 1000 1 1", "0 1000 1 x", "x 1000 1", "0 x 1", "0 1000 x",
                           "0 1000 0", "0 1000 -1", "4294967295 0 1", "0 4294967295 1", "0 0 4294967296",
                           "1 0 4294967295", "4294967294 0 2", "0\t1000\t1", "0 1000 01"}) {
    ParentMap map;
    EXPECT_FALSE(map.TakeLine(line)) << line;
    EXPECT_TRUE(map.pieces().empty()) << line;
  }
}

TEST(ParentMap, HasRoomForTheLargestMap) {
  ParentMap map;
  for (std::size_t i = 0; i < kMaxExtents; ++i) ASSERT_TRUE(map.TakeLine(std::to_string(i * 2) + " 0 1")) << i;
  EXPECT_FALSE(map.TakeLine("100000 0 1"));
  EXPECT_EQ(map.pieces().size(), kMaxExtents);
}

}  // namespace
}  // namespace uidmap
