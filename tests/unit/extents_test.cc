// SPDX-License-Identifier: BSD-3-Clause
#include "core/extents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

Result<void> Check(const std::vector<Extent>& extents) { return CheckOverlaps(extents); }

TEST(Extent, KnowsBothOfItsEnds) {
  EXPECT_EQ(MakeExtent(5, 7, 1).last_inside(), 5U);
  EXPECT_EQ(MakeExtent(5, 7, 1).last_outside(), 7U);
  EXPECT_EQ(MakeExtent(0, 100000, 65536).last_inside(), 65535U);
  EXPECT_EQ(MakeExtent(0, 100000, 65536).last_outside(), 165535U);
  EXPECT_EQ(MakeExtent(0, 0, kNoId).last_outside(), kLargestId);
  EXPECT_EQ(MakeExtent(kLargestId, kLargestId, 1).last_inside(), kLargestId);
}

TEST(ExtentList, KeepsUpTo340InOrder) {
  ExtentList list;
  EXPECT_TRUE(list.empty());
  for (std::uint32_t i = 0; i < kMaxExtents; ++i) list.Append(MakeExtent(i, i + 1, i + 2));
  EXPECT_FALSE(list.empty());
  ASSERT_EQ(list.view().size(), 340U);
  for (std::uint32_t i = 0; i < kMaxExtents; ++i) EXPECT_EQ(list.view()[i], MakeExtent(i, i + 1, i + 2));
}

TEST(Overlaps, NeitherOneExtentNorNeighboursOverlap) {
  EXPECT_TRUE(Check({}).has_value());
  EXPECT_TRUE(Check({MakeExtent(0, 0, kNoId)}).has_value());
  EXPECT_TRUE(Check({MakeExtent(0, 100, 10), MakeExtent(10, 110, 5), MakeExtent(15, 90, 10)}).has_value());
  EXPECT_TRUE(Check({MakeExtent(kLargestId, 0, 1), MakeExtent(0, 1, kLargestId)}).has_value());
}

TEST(Overlaps, InsideIsNoCollisionWithOutside) {
  EXPECT_TRUE(Check({MakeExtent(0, 1000, 10), MakeExtent(1000, 0, 10)}).has_value());
}

TEST(Overlaps, NamePairSideAndFirstSharedId) {
  const struct {
    std::vector<Extent> extents;
    Reason reason;
    Numbers numbers;
  } rows[] = {
      {{MakeExtent(0, 0, 1), MakeExtent(0, 1, 1)}, Reason::kInsideOverlap, {1, 2, 0}},
      {{MakeExtent(0, 0, 1), MakeExtent(1, 0, 1)}, Reason::kOutsideOverlap, {1, 2, 0}},
      {{MakeExtent(0, 50, 10), MakeExtent(9, 90, 10)}, Reason::kInsideOverlap, {1, 2, 9}},
      {{MakeExtent(0, 50, 10), MakeExtent(20, 41, 10)}, Reason::kOutsideOverlap, {1, 2, 50}},
      {{MakeExtent(0, 0, kNoId), MakeExtent(kLargestId, 7, 1)}, Reason::kInsideOverlap, {1, 2, kLargestId}},
      {{MakeExtent(0, kLargestId, 1), MakeExtent(1, 5, kNoId - 5)}, Reason::kOutsideOverlap, {1, 2, kLargestId}},
      {{MakeExtent(0, 0, 5), MakeExtent(5, 5, 5), MakeExtent(10, 3, 9)}, Reason::kOutsideOverlap, {1, 3, 3}},
      {{MakeExtent(0, 0, 5), MakeExtent(5, 5, 5), MakeExtent(9, 10, 9)}, Reason::kInsideOverlap, {2, 3, 9}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.extents));
    const auto result = Check(row.extents);
    EXPECT_EQ(ReasonOf(result), row.reason);
    EXPECT_EQ(FailureIn(result).numbers, row.numbers);
  }
}

TEST(Overlaps, AnyTwoOf340AreCompared) {
  std::vector<Extent> extents;
  for (std::uint32_t i = 0; i < kMaxExtents; ++i) extents.push_back(MakeExtent(i * 10, 100000 + i * 10, 10));
  ASSERT_TRUE(Check(extents).has_value());
  for (const std::size_t position : {std::size_t{2}, std::size_t{170}, kMaxExtents}) {
    auto changed = extents;
    changed[position - 1].outside = extents[0].outside;
    const auto result = Check(changed);
    EXPECT_EQ(ReasonOf(result), Reason::kOutsideOverlap);
    EXPECT_EQ(FailureIn(result).numbers, (Numbers{1, position, 100000}));
  }
}

// All ids that two ranges share, one by one.
std::set<std::uint32_t> Shared(std::uint32_t first_a, std::uint32_t first_b, std::uint32_t count_a,
                               std::uint32_t count_b) {
  std::set<std::uint32_t> shared;
  for (std::uint32_t a = 0; a < count_a; ++a) {
    if (first_a + a >= first_b && first_a + a - first_b < count_b) shared.insert(first_a + a);
  }
  return shared;
}

// Any colliding pair may be named, but what is said of it must be true.
TEST(Overlaps, AgreeWithAnOracleOnRandomLists) {
  std::mt19937 random(20160920);
  int overlapping = 0;
  constexpr int kRounds = 20000;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const std::uint32_t base = random() % 2 == 0 ? 0 : kNoId - 48;
    std::vector<Extent> extents(1 + random() % 5);
    for (Extent& extent : extents) {
      const auto first = [&] { return base + static_cast<std::uint32_t>(random() % 40); };
      extent = MakeExtent(first(), first(), 1 + random() % 8);
    }
    bool any_shared = false;
    for (std::size_t b = 1; b < extents.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        any_shared =
            any_shared ||
            !Shared(extents[a].inside.value, extents[b].inside.value, extents[a].count, extents[b].count).empty() ||
            !Shared(extents[a].outside.value, extents[b].outside.value, extents[a].count, extents[b].count).empty();
      }
    }
    SCOPED_TRACE(testing::PrintToString(extents));
    const auto result = Check(extents);
    ASSERT_EQ(result.has_value(), !any_shared);
    if (!any_shared) continue;
    ++overlapping;
    const std::uint64_t first = FailureIn(result).numbers[0];
    const std::uint64_t second = FailureIn(result).numbers[1];
    ASSERT_TRUE(1 <= first && first < second && second <= extents.size());
    const Extent& a = extents[first - 1];
    const Extent& b = extents[second - 1];
    const auto shared = ReasonOf(result) == Reason::kInsideOverlap
                            ? Shared(a.inside.value, b.inside.value, a.count, b.count)
                            : Shared(a.outside.value, b.outside.value, a.count, b.count);
    ASSERT_FALSE(shared.empty());
    EXPECT_EQ(*shared.begin(), FailureIn(result).numbers[2]);
  }
  EXPECT_GT(overlapping, kRounds / 10);
  EXPECT_LT(overlapping, kRounds * 9 / 10);
}

TEST(OutsideZero, CountsOnlyWhereItIsMapped) {
  const auto maps_zero = [](const std::vector<Extent>& extents) { return MapsOutsideZero(extents); };
  EXPECT_FALSE(maps_zero({}));
  EXPECT_FALSE(maps_zero({MakeExtent(0, 1, 1)}));
  EXPECT_FALSE(maps_zero({MakeExtent(0, 1, kLargestId), MakeExtent(kLargestId, kLargestId, 1)}));
  EXPECT_TRUE(maps_zero({MakeExtent(5, 0, 1)}));
  EXPECT_TRUE(maps_zero({MakeExtent(0, 1000, 1), MakeExtent(1, 0, 5)}));
}

}  // namespace
}  // namespace uidmap
