// SPDX-License-Identifier: BSD-3-Clause
#include "core/extents.h"

#include <algorithm>
#include <cstdint>

namespace uidmap {
namespace {

// The first id both closed ranges hold, or kNoId, which no range holds.
std::uint32_t FirstShared(std::uint32_t first_a, std::uint32_t last_a, std::uint32_t first_b, std::uint32_t last_b) {
  const std::uint32_t first = std::max(first_a, first_b);
  return first <= std::min(last_a, last_b) ? first : kNoId;
}

Failure Collision(Reason reason, std::size_t first_index, std::size_t second_index, std::uint32_t shared) {
  return {.reason = reason, .numbers = {first_index + 1, second_index + 1, shared}};
}

}  // namespace

Result<void> CheckOverlaps(std::span<const Extent> extents) {
  // Every pair: at most 57,630 comparisons, and the typical request has two extents.
  for (std::size_t second = 1; second < extents.size(); ++second) {
    const Extent& b = extents[second];
    for (std::size_t first = 0; first < second; ++first) {
      const Extent& a = extents[first];
      const std::uint32_t inside = FirstShared(a.inside.value, a.last_inside(), b.inside.value, b.last_inside());
      if (inside != kNoId) return Collision(Reason::kInsideOverlap, first, second, inside);
      const std::uint32_t outside = FirstShared(a.outside.value, a.last_outside(), b.outside.value, b.last_outside());
      if (outside != kNoId) return Collision(Reason::kOutsideOverlap, first, second, outside);
    }
  }
  return {};
}

bool MapsOutsideZero(std::span<const Extent> extents) {
  return std::any_of(extents.begin(), extents.end(), [](const Extent& extent) { return extent.outside.value == 0; });
}

}  // namespace uidmap
