// SPDX-License-Identifier: BSD-3-Clause
// cover_holds() and cover_split() against an oracle that looks at one id at a time: exhaustively at 8 bits, at random
// at 32 bits.
#include "core/cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

// The very same file once more, over 8-bit ids. What it includes is included already, so only its own
// declarations land in the namespace.
#undef UIDMAP_CORE_COVER_H
#define COVER_ID_TYPE uint8_t
namespace eight_bits {
#include "core/cover.h"
}  // namespace eight_bits

namespace uidmap {
namespace {

using Range8 = eight_bits::cover_range;
using Range32 = ::cover_range;
static_assert(std::is_same_v<decltype(Range8::first), std::uint8_t>);
static_assert(std::is_same_v<decltype(Range32::first), std::uint32_t>);

constexpr unsigned kMostBlocks = 256;

// All ids of the type of `Range` as a row of blocks: the lowest ids one by one, all in the middle as one block, the
// highest ids one by one. Ranges of whole blocks reach both ends of the type and every distance that matters.
template <class Range>
class Blocks {
 public:
  using Id = decltype(Range::first);

  explicit Blocks(unsigned size) : size_(size) {
    const unsigned middle = size / 2;
    for (unsigned block = 0; block < size; ++block) {
      const Id from_top = static_cast<Id>(std::numeric_limits<Id>::max() - (size - 1 - block));
      places_[block] = {block <= middle ? static_cast<Id>(block) : from_top,
                        block < middle ? static_cast<Id>(block) : from_top};
    }
  }

  [[nodiscard]] unsigned size() const { return size_; }

  [[nodiscard]] Range FromTo(unsigned first, unsigned last) const {
    return {places_[first].first, places_[last].last};
  }

 private:
  unsigned size_;
  std::array<Range, kMostBlocks> places_ = {};
};

struct BlockRange {
  unsigned first;
  unsigned last;
};

template <class Range>
std::string Describe(const std::vector<Range>& ranges, Range wanted) {
  const auto words = [](Range range) { return std::to_string(range.first) + "-" + std::to_string(range.last); };
  std::string text;
  for (const Range& range : ranges) text += words(range) + " ";
  return text + "wanted " + words(wanted);
}

// Expects the right answer for the list `block_ranges` and every wanted range of whole blocks.
template <class Range>
void ExpectRightForEveryWanted(const Blocks<Range>& blocks, const std::vector<BlockRange>& block_ranges) {
  std::array<bool, kMostBlocks> covered = {};
  std::vector<Range> ranges;
  for (const BlockRange& range : block_ranges) {
    for (unsigned block = range.first; block <= range.last; ++block) covered[block] = true;
    ranges.push_back(blocks.FromTo(range.first, range.last));
  }
  for (unsigned first = 0; first < blocks.size(); ++first) {
    bool all_covered = true;
    for (unsigned last = first; last < blocks.size(); ++last) {
      all_covered = all_covered && covered[last];
      const Range wanted = blocks.FromTo(first, last);
      if (cover_holds(ranges.data(), ranges.size(), wanted) != all_covered) {
        FAIL() << Describe(ranges, wanted) << ": the right answer is " << all_covered;
      }
    }
  }
}

// Calls `check` for every list of `length` ranges over `size` blocks that begins with `list` and in which each range
// begins at LowestFirst(range before it) or later.
template <unsigned LowestFirst(const BlockRange&), class Check>
void ForEveryList(unsigned size, std::size_t length, std::vector<BlockRange>& list, const Check& check) {
  if (list.size() == length) return check(list);
  for (unsigned first = list.empty() ? 0 : LowestFirst(list.back()); first < size; ++first) {
    for (unsigned last = first; last < size && !testing::Test::HasFailure(); ++last) {
      list.push_back({first, last});
      ForEveryList<LowestFirst>(size, length, list, check);
      list.pop_back();
    }
  }
}

// Disjoint ranges, which may touch; or any ranges that are ordered by their first id.
unsigned BehindLast(const BlockRange& range) { return range.last + 1; }
unsigned FromFirst(const BlockRange& range) { return range.first; }

template <unsigned LowestFirst(const BlockRange&)>
void ExpectRightForEveryList(unsigned blocks_in_all, std::size_t length) {
  const Blocks<Range8> blocks(blocks_in_all);
  std::vector<BlockRange> list;
  ForEveryList<LowestFirst>(blocks_in_all, length, list, [&](const std::vector<BlockRange>& ranges) {
    ExpectRightForEveryWanted(blocks, ranges);
  });
}

// Lists of more ranges are too many for all 256 ids; the numbers of blocks are what a second can check.
TEST(CoverAt8Bits, RightForEveryRangeAndEveryWantedRange) { ExpectRightForEveryList<FromFirst>(kMostBlocks, 1); }

TEST(CoverAt8Bits, RightForTwoRangesEvenIfTheyOverlap) { ExpectRightForEveryList<FromFirst>(33, 2); }

TEST(CoverAt8Bits, RightForThreeDisjointRanges) { ExpectRightForEveryList<BehindLast>(24, 3); }

TEST(CoverAt8Bits, RightForThreeRangesEvenIfTheyOverlap) { ExpectRightForEveryList<FromFirst>(15, 3); }

// Sets of any number of ranges, as IdRanges keeps them.
TEST(CoverAt8Bits, RightForEverySetOfBlocks) {
  constexpr unsigned kBlocks = 17;
  const Blocks<Range8> blocks(kBlocks);
  for (unsigned set = 0; set < 1U << kBlocks && !HasFailure(); ++set) {
    std::vector<BlockRange> ranges;
    for (unsigned block = 0; block < kBlocks; ++block) {
      if ((set >> block & 1) == 0) continue;
      if (!ranges.empty() && ranges.back().last + 1 == block) {
        ranges.back().last = block;
      } else {
        ranges.push_back({block, block});
      }
    }
    ExpectRightForEveryWanted(blocks, ranges);
  }
}

// Expects the right cuts of every extent of whole blocks below the largest id, for the disjoint ranges
// `block_ranges`: all of it up to the first block that no range has, in the ranges' pieces.
template <class Extent, class Range>
void ExpectRightCuts(const Blocks<Range>& blocks, const std::vector<BlockRange>& block_ranges) {
  using Id = typename Blocks<Range>::Id;
  constexpr unsigned kNone = kMostBlocks;
  constexpr Id kInside = 1;
  std::array<unsigned, kMostBlocks> end_of_range = {};  // of the range that has the block
  end_of_range.fill(kNone);
  std::vector<Range> ranges;
  for (const BlockRange& range : block_ranges) {
    for (unsigned block = range.first; block <= range.last; ++block) end_of_range[block] = range.last;
    ranges.push_back(blocks.FromTo(range.first, range.last));
  }
  for (unsigned first = 1; first < blocks.size() - 1; ++first) {
    for (unsigned last = first; last < blocks.size() - 1; ++last) {
      const Range wanted = blocks.FromTo(first, last);
      Extent rest = {kInside, wanted.first, static_cast<Id>(wanted.last - wanted.first + 1)};
      std::array<Extent, 3> pieces = {};
      std::size_t used = 0;
      const bool fits = cover_split(ranges.data(), ranges.size(), &rest, pieces.data(), pieces.size(), &used);
      unsigned block = first;
      for (std::size_t i = 0; i < used; ++i) {
        ASSERT_NE(end_of_range[block], kNone) << Describe(ranges, wanted);
        const Range right = blocks.FromTo(block, std::min(end_of_range[block], last));
        if (pieces[i].outside != right.first || pieces[i].count != static_cast<Id>(right.last - right.first + 1) ||
            pieces[i].inside != static_cast<Id>(kInside + (right.first - wanted.first))) {
          FAIL() << Describe(ranges, wanted) << ": piece " << i << " is not " << +right.first << "-" << +right.last;
        }
        block = std::min(end_of_range[block], last) + 1;
      }
      const bool missing = block <= last && end_of_range[block] == kNone;
      if (fits != (block > last) || missing == fits || (!fits && rest.outside != blocks.FromTo(block, block).first)) {
        FAIL() << Describe(ranges, wanted) << ": " << used << " pieces, " << +rest.count << " ids are left";
      }
    }
  }
}

using Extent8 = eight_bits::cover_extent;

// Neighbours that touch stay two pieces; the order of the ranges does not matter.
TEST(SplitAt8Bits, RightForUpToThreeDisjointRangesInAnyOrder) {
  constexpr unsigned kBlocks = 15;
  const Blocks<Range8> blocks(kBlocks);
  for (std::size_t length = 0; length <= 3; ++length) {
    std::vector<BlockRange> list;
    ForEveryList<BehindLast>(kBlocks, length, list, [&](std::vector<BlockRange> ranges) {
      ExpectRightCuts<Extent8>(blocks, ranges);
      std::reverse(ranges.begin(), ranges.end());
      ExpectRightCuts<Extent8>(blocks, ranges);
    });
  }
}

TEST(SplitAt8Bits, RightForEveryRangeAndEveryExtent) {
  const Blocks<Range8> blocks(kMostBlocks);
  std::vector<BlockRange> list;
  ForEveryList<BehindLast>(kMostBlocks, 1, list,
                           [&](const std::vector<BlockRange>& ranges) { ExpectRightCuts<Extent8>(blocks, ranges); });
}

TEST(SplitAt32Bits, RightForTwoDisjointRangesAtBothEnds) {
  constexpr unsigned kBlocks = 21;
  const Blocks<Range32> blocks(kBlocks);
  std::vector<BlockRange> list;
  ForEveryList<BehindLast>(kBlocks, 2, list, [&](const std::vector<BlockRange>& ranges) {
    ExpectRightCuts<::cover_extent>(blocks, ranges);
  });
}

// As many pieces as there is room for, and the rest as it then is.
TEST(SplitAt32Bits, StopsWhereThereIsNoMoreRoom) {
  const std::array<Range32, 3> ranges = {{{10, 19}, {20, 29}, {30, 39}}};
  const std::array<std::uint32_t, 4> left = {20, 15, 5, 0};
  for (std::size_t room = 0; room <= 3; ++room) {
    ::cover_extent rest = {100, 15, 20};
    std::array<::cover_extent, 3> pieces = {};
    std::size_t used = 77;
    EXPECT_EQ(cover_split(ranges.data(), ranges.size(), &rest, pieces.data(), room, &used), room == 3);
    EXPECT_EQ(used, room);
    EXPECT_EQ(rest.count, left.at(room));
    for (std::size_t i = room; i < 3; ++i) EXPECT_EQ(pieces.at(i).count, 0U) << "written beyond the room";
  }
}

TEST(CoverAt32Bits, RightForRandomListsAtBothEnds) {
  constexpr unsigned kBlocks = 41;
  const Blocks<Range32> blocks(kBlocks);
  std::mt19937 random(20180215);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  for (int round = 0; round < 20000 && !HasFailure(); ++round) {
    std::vector<BlockRange> ranges(below(8));
    for (BlockRange& range : ranges) {
      range.first = below(kBlocks);
      range.last = std::min(range.first + below(12), kBlocks - 1);
    }
    std::sort(ranges.begin(), ranges.end(),
              [](const BlockRange& a, const BlockRange& b) { return a.first < b.first; });
    ExpectRightForEveryWanted(blocks, ranges);
  }
}

}  // namespace
}  // namespace uidmap
