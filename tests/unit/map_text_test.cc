// SPDX-License-Identifier: BSD-3-Clause
#include "core/map_text.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/extents.h"
#include "support.h"

namespace uidmap {
namespace {

Result<MapText> Render(const std::vector<Extent>& extents) { return RenderMap(extents); }

// A number of `digits` digits.
std::uint32_t NumberOf(std::size_t digits) {
  std::uint32_t number = 1;
  while (--digits > 0) number *= 10;
  return number;
}

// An extent whose line has `bytes` bytes: 6 to 33.
Extent ExtentOfLength(std::size_t bytes) {
  const std::size_t digits = bytes - 3;
  return MakeExtent(NumberOf((digits + 2) / 3), NumberOf((digits + 1) / 3), NumberOf(digits / 3));
}

// Extents whose map has `bytes` bytes.
std::vector<Extent> ExtentsOfLength(std::size_t bytes) {
  constexpr std::size_t kShortest = 6;
  constexpr std::size_t kLongest = 33;
  std::vector<Extent> extents;
  while (bytes > kLongest) {
    const std::size_t line = bytes - kLongest < kShortest ? kLongest - kShortest : kLongest;
    extents.push_back(ExtentOfLength(line));
    bytes -= line;
  }
  extents.push_back(ExtentOfLength(bytes));
  return extents;
}

TEST(MapText, HasALineForEachExtentInItsOrder) {
  const struct {
    std::vector<Extent> extents;
    const char* text;
  } rows[] = {
      {{}, ""},
      {{MakeExtent(0, 1000, 1)}, "0 1000 1\n"},
      {{MakeExtent(0, 1000, 1), MakeExtent(1, 100000, 65536)}, "0 1000 1\n1 100000 65536\n"},
      {{MakeExtent(1, 100000, 65536), MakeExtent(0, 1000, 1)}, "1 100000 65536\n0 1000 1\n"},
      {{MakeExtent(0, 0, 4294967295)}, "0 0 4294967295\n"},
      {{MakeExtent(4294967294, 4294967294, 1)}, "4294967294 4294967294 1\n"},
      {{MakeExtent(2147483648, 2147483647, 10)}, "2147483648 2147483647 10\n"},
  };
  for (const auto& row : rows) {
    const auto map = Render(row.extents);
    ASSERT_TRUE(map.has_value());
    EXPECT_EQ((*map).view(), row.text);
  }
}

TEST(MapText, UpTo4095BytesAreWholeAndNotCut) {
  for (const std::size_t bytes :
       {std::size_t{6}, std::size_t{33}, std::size_t{34}, std::size_t{4094}, std::size_t{4095}}) {
    SCOPED_TRACE(bytes);
    const auto map = Render(ExtentsOfLength(bytes));
    ASSERT_EQ(ReasonOf(map), Reason::kNone);
    EXPECT_EQ((*map).view().size(), bytes);
    EXPECT_EQ((*map).view().back(), '\n');
    EXPECT_FALSE((*map).overflowed());
  }
}

TEST(MapText, From4096BytesOnItIsRefusedWithItsTrueLength) {
  for (const std::size_t bytes : {std::size_t{4096}, std::size_t{4097}, std::size_t{8192}, std::size_t{340 * 33}}) {
    SCOPED_TRACE(bytes);
    const auto map = Render(ExtentsOfLength(bytes));
    EXPECT_EQ(ReasonOf(map), Reason::kMapTextTooLong);
    EXPECT_EQ(FailureIn(map).numbers, (Numbers{bytes}));
  }
}

TEST(MapText, TheMostExtentsFitIfTheirNumbersAreShort) {
  const std::vector<Extent> extents(kMaxExtents, ExtentOfLength(12));
  const auto map = Render(extents);
  ASSERT_EQ(ReasonOf(map), Reason::kNone);
  EXPECT_EQ((*map).view().size(), kMaxExtents * 12);
}

}  // namespace
}  // namespace uidmap
