// SPDX-License-Identifier: BSD-3-Clause
// src/runtime's memory functions and error words do what libc's do, which these tests are linked with: they are
// compiled here once more, under other names.
#include <gtest/gtest.h>
#include <string.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>

#define memcpy runtime_memcpy
#define memmove runtime_memmove
#define memset runtime_memset
#define memcmp runtime_memcmp
#define bcmp runtime_bcmp
#define memchr runtime_memchr
#define memrchr runtime_memrchr
#define strlen runtime_strlen
#define strerrordesc_np runtime_strerrordesc_np
#include "../../src/runtime/error_words.cc"  // NOLINT(bugprone-suspicious-include)
#include "../../src/runtime/memory.cc"       // NOLINT(bugprone-suspicious-include)
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef bcmp
#undef memchr
#undef memrchr
#undef strlen
#undef strerrordesc_np

namespace {

constexpr std::size_t kRoom = 64;
constexpr std::size_t kLongest = 24;  // three words
constexpr std::size_t kShift = 20;    // further than two words
using Bytes = std::array<unsigned char, kRoom>;

Bytes Numbered() {
  Bytes bytes{};
  std::iota(bytes.begin(), bytes.end(), static_cast<unsigned char>(1));
  return bytes;
}

TEST(RuntimeMemory, IsMovedAsByLibcHoweverItOverlaps) {
  for (std::size_t from = 0; from < kShift; ++from) {
    for (std::size_t to = 0; to < kShift; ++to) {
      for (std::size_t size = 0; size <= kLongest; ++size) {
        Bytes ours = Numbered();
        Bytes libcs = Numbered();
        EXPECT_EQ(runtime_memmove(ours.data() + to, ours.data() + from, size), ours.data() + to);
        memmove(libcs.data() + to, libcs.data() + from, size);
        ASSERT_EQ(ours, libcs) << from << ' ' << to << ' ' << size;
      }
    }
  }
}

TEST(RuntimeMemory, IsCopiedAndSetAsByLibc) {
  for (std::size_t to = 0; to < kShift; ++to) {
    for (std::size_t size = 0; size <= kLongest; ++size) {
      const Bytes source = Numbered();
      Bytes ours{};
      Bytes libcs{};
      EXPECT_EQ(runtime_memcpy(ours.data() + to, source.data() + 3, size), ours.data() + to);
      memcpy(libcs.data() + to, source.data() + 3, size);
      ASSERT_EQ(ours, libcs) << to << ' ' << size;
      EXPECT_EQ(runtime_memset(ours.data() + to, 0x1fe, size), ours.data() + to);
      memset(libcs.data() + to, 0x1fe, size);
      ASSERT_EQ(ours, libcs) << to << ' ' << size;
    }
  }
}

TEST(RuntimeMemory, IsComparedAsByLibc) {
  const Bytes left = Numbered();
  for (std::size_t changed = 0; changed < kLongest; ++changed) {
    for (const int change : {-1, 0, 1, 128}) {
      Bytes right = left;
      right[changed] = static_cast<unsigned char>(right[changed] + change);
      for (std::size_t size = 0; size <= kLongest; ++size) {
        const int ours = runtime_memcmp(left.data(), right.data(), size);
        const int libcs = memcmp(left.data(), right.data(), size);
        ASSERT_EQ(runtime_bcmp(left.data(), right.data(), size) == 0, libcs == 0);
        ASSERT_TRUE((ours < 0) == (libcs < 0) && (ours > 0) == (libcs > 0))
            << changed << ' ' << change << ' ' << size;
      }
    }
  }
}

TEST(RuntimeMemory, IsSearchedAsByLibc) {
  Bytes bytes = Numbered();
  bytes[30] = bytes[10];
  bytes[40] = 0xff;
  bytes[50] = 0;
  for (std::size_t size = 0; size <= kRoom; ++size) {
    for (const int value : {-1, 0, 1, 11, 0x10b, 200}) {
      ASSERT_EQ(runtime_memchr(bytes.data(), value, size), memchr(bytes.data(), value, size)) << size << ' ' << value;
      ASSERT_EQ(runtime_memrchr(bytes.data(), value, size), memrchr(bytes.data(), value, size))
          << size << ' ' << value;
    }
  }
  for (std::size_t from = 0; from <= 50; ++from) {
    const auto* const text = reinterpret_cast<const char*>(bytes.data() + from);
    EXPECT_EQ(runtime_strlen(text), strlen(text));
  }
}

TEST(RuntimeErrorWords, AreThoseOfLibc) {
  for (int number = -1; number < 4096; ++number) {
    EXPECT_STREQ(runtime_strerrordesc_np(number), strerrordesc_np(number)) << number;
  }
}

}  // namespace
