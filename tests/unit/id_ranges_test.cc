// SPDX-License-Identifier: BSD-3-Clause
#include "core/id_ranges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

constexpr std::uint32_t kLast = 4294967295;

std::vector<IdRange> Listed(const IdRanges& ranges) { return {ranges.view().begin(), ranges.view().end()}; }

IdRanges SetOf(const std::vector<IdRange>& added) {
  IdRanges ranges;
  for (const IdRange& range : added) EXPECT_TRUE(ranges.Add(range));
  return ranges;
}

TEST(IdRanges, EmptySetHoldsNothing) {
  IdRanges ranges;
  EXPECT_TRUE(ranges.view().empty());
  EXPECT_FALSE(ranges.Hold({0, 0}));
  EXPECT_FALSE(ranges.Hold({0, kLast}));
}

TEST(IdRanges, ClearedSetHoldsNothing) {
  IdRanges ranges = SetOf({{10, 20}, {30, 40}});
  ranges.Clear();
  EXPECT_TRUE(ranges.view().empty());
}

TEST(IdRanges, TouchingAndOverlappingRangesBecomeOne) {
  const struct {
    std::vector<IdRange> added;
    std::vector<IdRange> expected;
  } rows[] = {
      {{{0, 0}}, {{0, 0}}},
      {{{kLast, kLast}}, {{kLast, kLast}}},
      {{{0, kLast}}, {{0, kLast}}},
      {{{0, kLast}, {0, 0}, {kLast, kLast}, {5, 6}}, {{0, kLast}}},
      {{{0, 0}, {kLast, kLast}}, {{0, 0}, {kLast, kLast}}},
      {{{kLast, kLast}, {0, 0}, {1, kLast - 1}}, {{0, kLast}}},
      {{{0, kLast - 1}, {kLast, kLast}}, {{0, kLast}}},
      {{{1, kLast}, {0, 0}}, {{0, kLast}}},
      {{{10, 19}, {20, 29}}, {{10, 29}}},
      {{{20, 29}, {10, 19}}, {{10, 29}}},
      {{{10, 19}, {21, 29}}, {{10, 19}, {21, 29}}},
      {{{10, 19}, {21, 29}, {20, 20}}, {{10, 29}}},
      {{{10, 19}, {30, 39}, {50, 59}, {15, 54}}, {{10, 59}}},
      {{{10, 19}, {30, 39}, {50, 59}, {0, 99}}, {{0, 99}}},
      {{{10, 19}, {30, 39}, {50, 59}, {20, 49}}, {{10, 59}}},
      {{{10, 19}, {30, 39}, {50, 59}, {31, 32}}, {{10, 19}, {30, 39}, {50, 59}}},
      {{{10, 19}, {30, 39}, {50, 59}, {25, 35}}, {{10, 19}, {25, 39}, {50, 59}}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.added));
    EXPECT_EQ(Listed(SetOf(row.added)), row.expected);
  }
}

constexpr std::size_t kWindow = 64;

// The maximal runs of `bits`, moved up by `base`.
std::vector<IdRange> RunsOf(const std::bitset<kWindow>& bits, std::uint32_t base) {
  std::vector<IdRange> runs;
  for (std::uint32_t i = 0; i < kWindow; ++i) {
    if (!bits[i]) continue;
    if (i > 0 && bits[i - 1]) {
      runs.back().last = base + i;
    } else {
      runs.push_back({base + i, base + i});
    }
  }
  return runs;
}

// Asks about every range of up to eight ids and answers from the bitmap, one id at a time.
void ExpectAnswersAreRight(const IdRanges& ranges, const std::bitset<kWindow>& bits, std::uint32_t base) {
  const auto has = [&](std::uint32_t i) { return i < kWindow && bits[i]; };
  for (std::uint32_t first = 0; first < kWindow; first += 3) {
    bool touched = (first > 0 && has(first - 1)) || has(first);
    std::uint32_t missing = first;
    for (std::uint32_t last = first; last < std::min<std::uint32_t>(first + 8, kWindow); ++last) {
      const IdRange range = {base + first, base + last};
      touched = touched || has(last) || has(last + 1);
      while (missing <= last && has(missing)) ++missing;
      ASSERT_EQ(ranges.Touch(range), touched);
      ASSERT_EQ(ranges.Hold(range), missing > last);
      if (missing <= last) {
        ASSERT_EQ(ranges.FirstMissing(range), base + missing);
      }
    }
  }
}

// The maximal runs are sorted, disjoint and do not touch, so equality with them proves all three.
TEST(IdRanges, AgreeWithABitmapAfterEveryRandomInsertion) {
  std::mt19937 random(1);
  for (const std::uint32_t base :
       {std::uint32_t{0}, std::uint32_t{1}, std::uint32_t{2147483616}, static_cast<std::uint32_t>(kLast - kWindow),
        static_cast<std::uint32_t>(kLast - (kWindow - 1))}) {
    SCOPED_TRACE(base);
    for (int round = 0; round < 200; ++round) {
      IdRanges ranges;
      std::bitset<kWindow> bits;
      for (int insertion = 0; insertion < 20; ++insertion) {
        const std::uint32_t first = random() % kWindow;
        const std::uint32_t last = std::min<std::uint32_t>(first + random() % 8, kWindow - 1);
        for (std::uint32_t i = first; i <= last; ++i) bits.set(i);
        ASSERT_TRUE(ranges.Add({base + first, base + last}));
        ASSERT_EQ(Listed(ranges), RunsOf(bits, base));
        ExpectAnswersAreRight(ranges, bits, base);
      }
    }
  }
}

TEST(IdRanges, AnyOrderOfInsertionGivesTheSameSet) {
  std::vector<IdRange> added = {{0, 4}, {5, 9}, {12, 20}, {11, 13}, {30, kLast - 1}, {kLast, kLast}};
  const std::vector<IdRange> expected = {{0, 9}, {11, 20}, {30, kLast}};
  const auto by_first = [](const IdRange& a, const IdRange& b) { return a.first < b.first; };
  std::sort(added.begin(), added.end(), by_first);
  do {
    ASSERT_EQ(Listed(SetOf(added)), expected) << testing::PrintToString(added);
  } while (std::next_permutation(added.begin(), added.end(), by_first));
}

TEST(IdRanges, HoldAcrossJoinsButNotAcrossHoles) {
  const IdRanges ranges = SetOf({{100, 199}, {300, 399}, {200, 249}});
  EXPECT_TRUE(ranges.Hold({100, 249}));
  EXPECT_TRUE(ranges.Hold({199, 200}));
  EXPECT_TRUE(ranges.Hold({300, 399}));
  for (const IdRange& wanted : {IdRange{99, 100}, {249, 250}, {250, 299}, {100, 399}, {300, 400}, {0, kLast}}) {
    EXPECT_FALSE(ranges.Hold(wanted)) << testing::PrintToString(wanted);
  }
}

TEST(IdRanges, TouchAtBothEndsOfTheIds) {
  EXPECT_FALSE(IdRanges().Touch({0, kLast}));
  const IdRanges ends = SetOf({{0, 0}, {kLast, kLast}});
  for (const IdRange& range :
       {IdRange{0, 0}, {1, 1}, {kLast, kLast}, {kLast - 1, kLast - 1}, {0, kLast}, {1, kLast - 2}}) {
    EXPECT_TRUE(ends.Touch(range)) << testing::PrintToString(range);
  }
  EXPECT_FALSE(ends.Touch({2, kLast - 2}));
}

// As many single ids as there is room for, four apart, from 10 on.
IdRanges FullSet() {
  IdRanges ranges;
  for (std::uint32_t i = 0; i < IdRanges::kCapacity; ++i) EXPECT_TRUE(ranges.Add({i * 4 + 10, i * 4 + 10}));
  EXPECT_EQ(ranges.view().size(), IdRanges::kCapacity);
  return ranges;
}

TEST(IdRangesFull, RefuseOneMoreRangeAnywhereAndLoseNothing) {
  IdRanges ranges = FullSet();
  const std::vector<IdRange> before = Listed(ranges);
  for (const IdRange& separate : {IdRange{0, 5}, {12, 12}, {8000, 8000}, {kLast, kLast}}) {
    SCOPED_TRACE(testing::PrintToString(separate));
    EXPECT_FALSE(ranges.Add(separate));
    EXPECT_EQ(Listed(ranges), before);
    EXPECT_FALSE(ranges.Hold(separate));
  }
}

TEST(IdRangesFull, StillTakeWhatJoinsAndThenHaveRoomAgain) {
  IdRanges ranges = FullSet();
  EXPECT_TRUE(ranges.Add({10, 10}));
  EXPECT_TRUE(ranges.Add({8, 9}));
  EXPECT_EQ(ranges.view().size(), IdRanges::kCapacity);
  EXPECT_TRUE(ranges.Add({11, 13}));  // joins the first two
  EXPECT_EQ(ranges.view().size(), IdRanges::kCapacity - 1);
  EXPECT_EQ(ranges.view()[0], (IdRange{8, 14}));
  EXPECT_TRUE(ranges.Add({kLast, kLast}));
  EXPECT_FALSE(ranges.Add({kLast - 2, kLast - 2}));
  EXPECT_TRUE(ranges.Add({0, kLast}));
  EXPECT_EQ(Listed(ranges), (std::vector<IdRange>{{0, kLast}}));
}

}  // namespace
}  // namespace uidmap
