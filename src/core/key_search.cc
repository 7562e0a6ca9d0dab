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

Bytes Load(const char* from) {
  Bytes bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

Bytes EqualBytes(const char* from, char byte) {
  return reinterpret_cast<Bytes>(Load(from) == static_cast<unsigned char>(byte));
}

bool AnySet(Bytes bytes) {
  std::uint64_t halves[2];
  static_assert(sizeof halves == sizeof bytes);
  std::memcpy(halves, &bytes, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

constexpr std::size_t kStride = 4 * sizeof(Bytes);

}  // namespace

bool KeySearch::KeyStandsAt(std::size_t place) const {
  if (block_[place] != lead_) return false;
  const std::string_view rest = block_.substr(place + 1);
  return std::any_of(keys_.begin(), keys_.end(), [&](std::string_view key) {
    return rest.size() > key.size() && rest[key.size()] == ':' && rest.starts_with(key);
  });
}

// False only if no place of the stride holds a key; true is a guess. Looks for the lead, the key's last byte and the
// colon where they must stand: three bytes that far apart are rarely there by chance, and one look decides about
// kStride places. The caller has made sure that kStride bytes and the longest key fit behind `place`.
bool KeySearch::StrideMayHoldKey(std::size_t place) const {
  constexpr std::size_t kStep = sizeof(Bytes);
  const char* const at = block_.data() + place;
  const Bytes lead_0 = EqualBytes(at, lead_);
  const Bytes lead_1 = EqualBytes(at + kStep, lead_);
  const Bytes lead_2 = EqualBytes(at + 2 * kStep, lead_);
  const Bytes lead_3 = EqualBytes(at + 3 * kStep, lead_);
  Bytes found = {};
  for (const std::string_view key : keys_) {
    const char* const last = at + key.size();
    const char last_byte = key.back();
    const auto ends_key = [&](const char* from) { return EqualBytes(from, last_byte) & EqualBytes(from + 1, ':'); };
    found |= lead_0 & ends_key(last);
    found |= lead_1 & ends_key(last + kStep);
    found |= lead_2 & ends_key(last + 2 * kStep);
    found |= lead_3 & ends_key(last + 3 * kStep);
  }
  return AnySet(found);
}

std::size_t KeySearch::FindPlace() const {
  std::size_t longest = 0;
  for (const std::string_view key : keys_) longest = std::max(longest, key.size());
  for (std::size_t place = from_; place < block_.size();) {
    if (place + kStride + longest + 1 <= block_.size() && !StrideMayHoldKey(place)) {
      place += kStride;
      continue;
    }
    const std::size_t stride_end = std::min(place + kStride, block_.size());
    for (; place < stride_end; ++place) {
      if (KeyStandsAt(place)) return place;
    }
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
