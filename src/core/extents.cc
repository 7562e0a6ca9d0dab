// SPDX-License-Identifier: BSD-3-Clause
#include "core/extents.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/attributes.h"
#include "core/cover.h"

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

cover_range Inside(const Extent& extent) { return {extent.inside.value, extent.last_inside()}; }
cover_range Outside(const Extent& extent) { return {extent.outside.value, extent.last_outside()}; }

// True if no two extents share an id on the side that `side` takes.
bool AreDisjoint(std::span<const Extent> extents, cover_range (*side)(const Extent&)) {
  UIDMAP_UNINITIALIZED std::array<cover_range, kMaxExtents> ranges;
  const auto end = std::transform(extents.begin(), extents.end(), ranges.begin(), side);
  std::sort(ranges.begin(), end, [](const auto& a, const auto& b) { return a.first < b.first; });
  return std::adjacent_find(ranges.begin(), end, [](const auto& a, const auto& b) { return a.last >= b.first; }) ==
         end;
}

}  // namespace

Result<void> CheckOverlaps(std::span<const Extent> extents) {
  if (AreDisjoint(extents, Inside) && AreDisjoint(extents, Outside)) return {};
  // Every pair, to name the first two that collide: slow, but this ends in a refusal.
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
