// SPDX-License-Identifier: BSD-3-Clause
#include "core/fitted_map.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/attributes.h"
#include "core/cover.h"

namespace uidmap {
namespace {

// From the first id of `rest`, which no piece has, to the last one before the next piece.
Failure NotInParent(const cover_extent& rest, const ParentMap& parent) {
  std::uint32_t last = rest.outside + (rest.count - 1);
  for (const IdRange& piece : parent.pieces()) {
    if (piece.first > rest.outside) last = std::min(last, piece.first - 1);
  }
  return {.reason = Reason::kOutsideNotInParent, .numbers = {rest.outside, last}};
}

Result<void> AppendPieces(const Extent& extent, const ParentMap& parent, ExtentList& pieces) {
  const std::span<const IdRange> ranges = parent.pieces();
  cover_extent rest = {extent.inside.value, extent.outside.value, extent.count};
  UIDMAP_UNINITIALIZED std::array<cover_extent, kMaxExtents> cut;
  std::size_t used = 0;
  const std::size_t room = kMaxExtents - pieces.view().size();
  const bool fits = cover_split(ranges.data(), ranges.size(), &rest, cut.data(), room, &used);
  if (!fits && cover_find(ranges.data(), ranges.size(), rest.outside) == ranges.size())
    return NotInParent(rest, parent);
  if (!fits) return Failure{.reason = Reason::kTooManyPieces};
  for (const cover_extent& piece : std::span(cut).first(used))
    pieces.Append({.inside = {piece.inside}, .outside = {piece.outside}, .count = piece.count});
  return {};
}

}  // namespace

Result<FittedMap> FitToParent(const ApprovedMap& map, const ParentMap& parent) {
  ExtentList pieces;
  for (const Extent& extent : map.extents().view()) TRY(AppendPieces(extent, parent, pieces));
  return FittedMap(TRY(RenderMap(pieces.view())), map.setgroups());
}

}  // namespace uidmap
