// SPDX-License-Identifier: BSD-3-Clause
#include "core/key_search.h"

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

// The first place from `place` on from which kStride places on one may hold the key behind `lead`, or from which less
// than a stride is left to look at. The first look, at two bytes of each place, passes over most strides, and the
// second, at four, over nearly all others; no look reaches past the block.
std::size_t PassOver(std::string_view block, std::size_t place, char lead, std::string_view key) {
  const Bytes leads = SixteenOf(lead);
  const Bytes firsts = SixteenOf(key.front());
  const Bytes lasts = SixteenOf(key.back());
  const Bytes colons = SixteenOf(':');
  const std::size_t reach = kStride + key.size() + 1;
  for (; place + reach <= block.size(); place += kStride) {
    const char* const lead_at = block.data() + place;
    const char* const last_at = lead_at + key.size();
    Bytes found = {};
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kStride; i += sizeof(Bytes)) {
      found |= Equal(lead_at + i, leads) & Equal(last_at + i, lasts);
    }
    if (!AnySet(found)) continue;
    found = Bytes{};
    for (std::size_t i = 0; i < kStride; i += sizeof(Bytes)) {
      found |= Equal(lead_at + i, leads) & Equal(lead_at + i + 1, firsts) & Equal(last_at + i, lasts) &
               Equal(last_at + i + 1, colons);
    }
    if (AnySet(found)) break;
  }
  return place;
}

}  // namespace

bool KeySearch::KeyStandsBehind(std::size_t place) const {
  const std::string_view rest = block_.substr(place + 1);
  return rest.size() > key_.size() && rest[key_.size()] == ':' && rest.starts_with(key_);
}

std::size_t KeySearch::FindPlace() const {
  for (std::size_t place = from_; place < block_.size();) {
    place = PassOver(block_, place, lead_, key_);
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
