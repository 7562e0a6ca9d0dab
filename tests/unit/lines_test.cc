// SPDX-License-Identifier: BSD-3-Clause
// Blocks of lines against a naive splitter that has the whole text at once, whatever the chunks in which it arrives.
#include "core/lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uidmap {
namespace {

using Lines = std::vector<std::string>;

Lines SplitNaively(const std::string& text) {
  Lines lines;
  std::string line;
  const auto end_line = [&] {
    if (line.size() < 1024) lines.push_back(line);
    line.clear();
  };
  for (const char byte : text) {
    if (byte == '\n') {
      end_line();
    } else {
      line += byte;
    }
  }
  if (!line.empty()) end_line();
  return lines;
}

void TakeLines(std::string_view block, Lines& lines) {
  EXPECT_TRUE(block.starts_with('\n') && block.ends_with('\n')) << testing::PrintToString(block);
  std::string_view line;
  while (TakeLine(block, line)) lines.emplace_back(line);
  EXPECT_EQ(block, "\n");
}

// Feeds `text` in chunks of `next_size()` bytes, or of what there is room for.
template <class NextSize>
Lines SplitInChunks(std::string_view text, NextSize next_size, LineBlocks blocks = {}) {
  Lines lines;
  std::size_t size = 0;
  do {
    const std::span<char> space = blocks.Space();
    EXPECT_FALSE(space.empty());
    size = std::min({next_size(), space.size(), text.size()});
    std::memcpy(space.data(), text.data(), size);
    text.remove_prefix(size);
    blocks.Filled(size);
    TakeLines(blocks.Block(), lines);
  } while (size > 0);
  return lines;
}

Lines SplitInChunksOf(std::size_t size, const std::string& text) {
  return SplitInChunks(text, [size] { return size; });
}

void ExpectRightInChunksOf(std::size_t size, const std::string& text) {
  EXPECT_EQ(SplitInChunksOf(size, text), SplitNaively(text)) << "in chunks of " << size;
}

void ExpectRightInAllChunkSizes(const std::string& text) {
  for (std::size_t size = 1; size <= text.size() && !testing::Test::HasFailure(); ++size) {
    ExpectRightInChunksOf(size, text);
  }
}

std::string Long(std::size_t size) { return std::string(size, 'x'); }

// Two letters tell whether a line's bytes keep their order and whether two lines are mixed up.
TEST(Lines, AllShortTextsInAllChunkSizes) {
  constexpr std::string_view kBytes("ab\n\r\0", 5);
  constexpr std::size_t kLongest = 6;
  Lines texts = {""};
  for (std::size_t i = 0; texts[i].size() < kLongest; ++i) {
    for (const char byte : kBytes) texts.push_back(texts[i] + byte);
  }
  for (const std::string& text : texts) ExpectRightInAllChunkSizes(text);
}

TEST(Lines, KeepCarriageReturnNulAndBlanks) {
  const std::string text("a\r\n \t\n\nb\0c\n\0\nlast\r", 18);
  EXPECT_EQ(SplitInChunksOf(4096, text),
            (Lines{"a\r", " \t", "", std::string("b\0c", 3), std::string(1, '\0'), "last\r"}));
}

TEST(Lines, EmptyFileHasNone) {
  EXPECT_EQ(SplitInChunksOf(4096, ""), Lines());
  EXPECT_TRUE(LineBlocks().Block().empty());
}

TEST(Lines, LastOneCountsWithAndWithoutItsNewline) {
  EXPECT_EQ(SplitInChunksOf(4096, "a\nb"), (Lines{"a", "b"}));
  EXPECT_EQ(SplitInChunksOf(4096, "a\nb\n"), (Lines{"a", "b"}));
  EXPECT_EQ(SplitInChunksOf(4096, "a\nb\n\n"), (Lines{"a", "b", ""}));
}

TEST(Lines, With1023BytesCountAndWith1024DoNot) {
  for (const char* ending : {"\n", ""}) {
    EXPECT_EQ(SplitInChunksOf(4096, Long(1023) + ending), Lines{Long(1023)});
    EXPECT_EQ(SplitInChunksOf(4096, Long(1024) + ending), Lines());
  }
}

// Chunk boundaries at every position of the long line and its neighbours.
TEST(Lines, LongLineInAllChunkSizes) {
  for (const std::size_t length : {1022, 1023, 1024, 1025, 2047, 2048}) {
    SCOPED_TRACE(length);
    ExpectRightInAllChunkSizes("before\n" + Long(length) + "\nafter\nlast");
    ExpectRightInAllChunkSizes("before\n" + Long(length));
  }
}

// Whoever may choose his comment in passwd must not get a line of his own out of the tail of a long one.
TEST(Lines, TailOfALineLongerThanTheBufferIsNoLine) {
  const std::size_t buffer = LineBlocks().Space().size();
  ASSERT_GT(buffer, 4096U);
  for (const std::size_t length : {buffer - 11, buffer - 1, buffer, buffer + 1, 2 * buffer, 3 * buffer + 5}) {
    const std::string text = "before\n" + Long(length) + "u1:0:65536\nafter\n" + Long(length) + "u1:0:65536";
    for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, std::size_t{1024}, buffer - 1, buffer}) {
      EXPECT_EQ(SplitInChunksOf(size, text), (Lines{"before", "after"})) << length << " in chunks of " << size;
    }
  }
}

// A whole chunk without newline, then its unfinished end and the newline that is added must fit.
TEST(Lines, FileThatFillsTheBufferExactly) {
  const std::size_t buffer = LineBlocks().Space().size();
  for (std::size_t size = buffer - 3; size <= buffer + 3; ++size) {
    std::string text = Long(size);
    for (std::size_t i = 99; i < size; i += 100) text[i] = '\n';
    ExpectRightInChunksOf(buffer, text);
    ExpectRightInChunksOf(buffer, text + "\n");
  }
}

TEST(Lines, RandomTextsInRandomChunks) {
  std::mt19937 random(3);
  const auto up_to = [&](std::size_t limit) { return random() % (limit + 1); };
  for (int round = 0; round < 300 && !HasFailure(); ++round) {
    std::string text;
    for (std::size_t line = up_to(60); line > 0; --line) {
      const std::size_t length = up_to(3) == 0 ? 1000 + up_to(1200) : up_to(50);
      for (std::size_t i = 0; i < length; ++i) text += static_cast<char>('a' + up_to(25));
      text += '\n';
    }
    if (up_to(1) == 0 && !text.empty()) text.pop_back();
    const std::size_t largest = 1 + up_to(5000);
    EXPECT_EQ(SplitInChunks(text, [&] { return 1 + up_to(largest); }), SplitNaively(text)) << "round " << round;
  }
}

// Whatever of another file is left in it: lines that were taken, one without its end, or one too long to count.
TEST(Lines, ClearedIsAsNew) {
  for (const std::string& left : {std::string("ab\nba\n"), std::string("ab\nba"), Long(3000)}) {
    LineBlocks blocks;
    for (const char byte : left) {
      blocks.Space().front() = byte;
      blocks.Filled(1);
    }
    static_cast<void>(blocks.Space());
    blocks.Clear();
    EXPECT_EQ(SplitInChunks(
                  "a\nb\n", [] { return std::size_t{4096}; }, blocks),
              (Lines{"a", "b"}))
        << left.size();
  }
}

}  // namespace
}  // namespace uidmap
