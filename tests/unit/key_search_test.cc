// SPDX-License-Identifier: BSD-3-Clause
// The search against a naive one that takes every line apart into its fields.
#include "core/key_search.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace uidmap {
namespace {

constexpr char kFirstField = '\n';
constexpr char kInnerField = ':';

using Lines = std::vector<std::string>;
using Keys = std::vector<std::string_view>;  // one or two

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Lines FindNaively(std::string_view block, char lead, const Keys& keys) {
  Lines found;
  for (const std::string_view line : SplitAt(block, '\n')) {
    std::vector<std::string_view> fields = SplitAt(line, ':');
    fields.pop_back();  // no colon follows the last one
    if (fields.empty() || line.size() > 1023) continue;
    const auto first = lead == kFirstField ? fields.begin() : fields.begin() + 1;
    const auto end = lead == kFirstField ? fields.begin() + 1 : fields.end();
    if (std::find_first_of(first, end, keys.begin(), keys.end()) != end) found.emplace_back(line);
  }
  return found;
}

// Two pages of which the second cannot be read: a read behind the end of what lies right before it is a fault.
class GuardedPage {
 public:
  // A copy of `text` that ends where reading ends.
  [[nodiscard]] std::string_view Place(std::string_view text) {
    EXPECT_LE(text.size(), kReadable);
    return {std::copy(text.begin(), text.end(), start_ + kReadable - text.size()) - text.size(), text.size()};
  }

  GuardedPage() {
    void* const pages = mmap(nullptr, 2 * kReadable, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(pages, MAP_FAILED);
    start_ = static_cast<char*>(pages);
    EXPECT_EQ(mprotect(start_ + kReadable, kReadable, PROT_NONE), 0);
  }
  ~GuardedPage() { munmap(start_, 2 * kReadable); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;

 private:
  static constexpr std::size_t kReadable = 65536;  // whole pages, whatever their size

  char* start_;
};

Lines Find(std::string_view block, char lead, const Keys& keys) {
  static GuardedPage page;
  Lines found;
  std::string_view line;
  for (KeySearch search(page.Place(block), lead, keys); search.Next(line);) found.emplace_back(line);
  return found;
}

void ExpectRight(std::string_view block, const Keys& keys) {
  for (const char lead : {kFirstField, kInnerField}) {
    ASSERT_EQ(Find(block, lead, keys), FindNaively(block, lead, keys))
        << (lead == kFirstField ? "first field " : "inner field ") << testing::PrintToString(keys) << " in "
        << testing::PrintToString(block);
  }
}

TEST(KeySearch, FindsLinesByTheirFirstFieldInOrder) {
  EXPECT_EQ(Find("\nu1:1:2\nu2:3:4\n5001:5:6\nu1:7:8\n", kFirstField, {"u1"}), (Lines{"u1:1:2", "u1:7:8"}));
}

TEST(KeySearch, FindsLinesByAnyOtherFieldButTheLast) {
  EXPECT_EQ(Find("\n7:x:1\na:x:7:b\na:7:7:b\na:b:7\n7\n:7:\n", kInnerField, {"7"}),
            (Lines{"a:x:7:b", "a:7:7:b", ":7:"}));
}

TEST(KeySearch, FindsLinesOfEitherKeyInTheirOrder) {
  EXPECT_EQ(Find("\n5001:5:6\nu1:1:2\nu2:3:4\nu1:7:8\n5001:9:9\n", kFirstField, {"u1", "5001"}),
            (Lines{"5001:5:6", "u1:1:2", "u1:7:8", "5001:9:9"}));
}

TEST(KeySearch, FindsALineThatHoldsBothKeysOnce) {
  EXPECT_EQ(Find("\na:u1:b:u2:u1:c\na:u2:b\n", kInnerField, {"u1", "u2"}), (Lines{"a:u1:b:u2:u1:c", "a:u2:b"}));
  EXPECT_EQ(Find("\nu1:1:2\nu2:1:2\n", kFirstField, {"u1", "u1"}), Lines{"u1:1:2"});
}

TEST(KeySearch, TakesWholeFieldsOnly) {
  for (const char* block :
       {"\nu11:1:2\n", "\nu:1:2\n", "\nxu1:1:2\n", "\n u1:1:2\n", "\nu1 :1:2\n", "\nU1:1:2\n", "\n+u1:1:2\n",
        "\nu1\n", "\nu1\n:1:2\n", "\n:u1\n", "\n:u1:\n", "\nx:u1:2\n", "\n", "", "\n\n"}) {
    EXPECT_EQ(Find(block, kFirstField, {"u1"}), Lines()) << block;
    EXPECT_EQ(Find(block, kFirstField, {"u1", "u111"}), Lines()) << block;
  }
}

// At each distance from the start of the block and from its end, with keys of each length.
TEST(KeySearch, FindsAKeyAtEveryPlace) {
  for (std::size_t key_size = 1; key_size <= 40; ++key_size) {
    const std::string key = std::string(key_size - 1, 'k') + 'e';
    for (std::size_t before = 0; before < 150; ++before) {
      const std::string lead_in = "\n" + std::string(before, 'x');
      const std::string tail(before % 90, 'y');
      ExpectRight(lead_in + "\n" + key + ":1:2\n" + tail + "\n", {key});
      ExpectRight(lead_in + ":" + key + ":1:2" + tail + "\n", {key});
      ExpectRight(lead_in + "\n" + key + "e:1:2\n" + tail + "\n", {key});
      if (HasFatalFailure()) return;
    }
  }
}

// Keys of all pairs of lengths: neither hides the other, and the longer one does not lead past the end of the block.
TEST(KeySearch, FindsTwoKeysOfAnyLengthsAtEveryPlace) {
  for (std::size_t size = 1; size <= 33; ++size) {
    const std::string key = std::string(size - 1, 'k') + 'e';
    for (std::size_t other_size = 1; other_size <= 33; ++other_size) {
      const std::string other = std::string(other_size - 1, 'k') + 'o';
      for (std::size_t before = size % 7; before < 130; before += 7) {
        const std::string lead_in = "\n" + std::string(before, 'x');
        const std::string tail(before % 90, 'y');
        ExpectRight(lead_in + "\n" + key + ":1:" + other + ":2\n" + other + ":" + tail + "\n", {key, other});
        ExpectRight(lead_in + "\n" + other + ":1:2\n" + tail + "\n" + key + ":\n", {key, other});
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(KeySearch, PassesOverLinesTooLongToCountAndFindsTheNext) {
  for (const std::size_t size : {1022, 1023, 1024, 1025, 5000}) {
    const std::string line = "u1:7:" + std::string(size - 5, 'x');
    ExpectRight("\n" + line + "\nu1:7:1\n" + line + "\n", {"u1"});
    ExpectRight("\n" + line + "\nu1:7:1\n" + line + "\n", {"7"});
    EXPECT_EQ(Find("\n" + line + "\n", kFirstField, {"u1"}).size(), size <= 1023 ? 1U : 0U) << size;
  }
}

// Few different bytes make keys, near misses and colons meet at all distances.
TEST(KeySearch, AgreesWithTheNaiveSearchOnRandomBlocks) {
  std::mt19937 random(7);
  const auto text_of = [&](std::string_view bytes, std::size_t size) {
    std::string text;
    while (text.size() < size) text += bytes[random() % bytes.size()];
    return text;
  };
  for (int round = 0; round < 6000; ++round) {
    const std::string key = text_of("ab", 1 + random() % (round % 2 == 0 ? 3 : 20));
    std::string block = "\n" + text_of(round % 3 == 0 ? "ab:\n" : "aaabbb::\n", random() % 400);
    for (std::size_t copies = random() % 4; copies > 0; --copies) {
      block.insert(1 + random() % block.size(), (random() % 2 == 0 ? ":" : "\n") + key + ":");
    }
    ExpectRight(block + "\n", {key});
    ExpectRight(block + "\n", {text_of("ab", 1 + random() % 12), key});
    ExpectRight(block + "\n", {key, key.substr(random() % key.size())});
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace uidmap
