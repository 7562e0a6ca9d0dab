// SPDX-License-Identifier: BSD-3-Clause
#include "core/key_search.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/lines.h"

namespace uidmap {
namespace {

// Sixteen bytes at once, on every processor: a language extension that g++ and clang++ share.
using Bytes = unsigned char __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));

constexpr std::size_t kVectors = 4;
constexpr std::size_t kStride = kVectors * sizeof(Bytes);

Bytes SixteenOf(char byte) { return Bytes{} + static_cast<unsigned char>(byte); }

// All bits set where the sixteen bytes from `from` on are those of `bytes`, none elsewhere.
Bytes Equal(const char* from, Bytes bytes) {
  Bytes loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return reinterpret_cast<Bytes>(loaded == bytes);
}

bool AnySet(Bytes bytes) {
  const auto halves = reinterpret_cast<Halves>(bytes);
  return (halves[0] | halves[1]) != 0;
}

// What the looks compare of one key.
struct KeyLook {
  explicit KeyLook(std::string_view key)
      : size(key.size()), firsts(SixteenOf(key.front())), lasts(SixteenOf(key.back())), colons(SixteenOf(':')) {}

  // For each of the sixteen places from `lead_at` on: whether the key, if it stands behind that place, ends right.
  [[nodiscard]] Bytes FirstLook(const char* lead_at) const { return Equal(lead_at + size, lasts); }

  // The same, for its beginning and what follows it, too.
  [[nodiscard]] Bytes SecondLook(const char* lead_at) const {
    return Equal(lead_at + 1, firsts) & Equal(lead_at + size, lasts) & Equal(lead_at + size + 1, colons);
  }

  std::size_t size;
  Bytes firsts;
  Bytes lasts;
  Bytes colons;
};

// The first place from `place` on from which kStride places on one may hold a key behind `lead`, or from which less
// than a stride is left to look at. The first look, at the lead and one byte of each key, passes over most strides,
// and the second, at three, over nearly all others; no look reaches past the block.
template <class... Looks>
std::size_t PassOver(std::string_view block, std::size_t place, char lead, const Looks&... keys) {
  const Bytes leads = SixteenOf(lead);
  const std::size_t reach = kStride + std::max({keys.size...}) + 1;
  for (; place + reach <= block.size(); place += kStride) {
    const char* const lead_at = block.data() + place;
    Bytes found = {};
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kStride; i += sizeof(Bytes)) {
      found |= Equal(lead_at + i, leads) & (keys.FirstLook(lead_at + i) | ...);
    }
    if (!AnySet(found)) continue;
    found = Bytes{};
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kStride; i += sizeof(Bytes)) {
      found |= Equal(lead_at + i, leads) & (keys.SecondLook(lead_at + i) | ...);
    }
    if (AnySet(found)) break;
  }
  return place;
}

}  // namespace

KeySearch::KeySearch(std::string_view block, char lead, std::span<const std::string_view> keys)
    : block_(block), lead_(lead), keys_(keys) {}

bool KeySearch::KeyStandsBehind(std::size_t place) const {
  const std::string_view rest = block_.substr(place + 1);
  return std::any_of(keys_.begin(), keys_.end(), [&](std::string_view key) {
    return rest.size() > key.size() && rest[key.size()] == ':' && rest.starts_with(key);
  });
}

// By the number of keys, so that the looks at one key do not pay for two.
std::size_t KeySearch::PassOverStrides(std::size_t place) const {
  if (keys_.size() == 1) return PassOver(block_, place, lead_, KeyLook(keys_.front()));
  return PassOver(block_, place, lead_, KeyLook(keys_.front()), KeyLook(keys_.back()));
}

std::size_t KeySearch::FindPlace() const {
  for (std::size_t place = from_; place < block_.size();) {
    place = PassOverStrides(place);
    const std::string_view seen = block_.substr(0, place + kStride);
    for (place = seen.find(lead_, place); place != std::string_view::npos; place = seen.find(lead_, place + 1)) {
      if (KeyStandsBehind(place)) return place;
    }
    place = seen.size();
  }
  return std::string_view::npos;
}

bool KeySearch::Next(std::string_view& line) {
  while (true) {
    const std::size_t place = FindPlace();
    if (place == std::string_view::npos) return false;
    const std::size_t begin = block_.rfind('\n', place) + 1;
    const std::size_t end = block_.find('\n', place + 1);
    from_ = end;
    line = block_.substr(begin, end - begin);
    if (line.size() <= kLongestLine) return true;
  }
}

}  // namespace uidmap
