// SPDX-License-Identifier: BSD-3-Clause
#include "core/fitted_map.h"

#include <algorithm>
#include <cstdint>

#include "core/cover.h"

namespace uidmap {
namespace {

// From the first id of `wanted`, which no piece has, to the last one before the next piece.
Failure NotInParent(cover_range wanted, const ParentMap& parent) {
  std::uint32_t last = wanted.last;
  for (const IdRange& piece : parent.pieces()) {
    if (piece.first > wanted.first) last = std::min(last, piece.first - 1);
  }
  return {.reason = Reason::kOutsideNotInParent, .numbers = {wanted.first, last}};
}

Result<void> AppendPieces(Extent rest, const ParentMap& parent, ExtentList& pieces) {
  const std::uint32_t end = rest.last_outside();
  while (true) {
    const cover_range wanted = {rest.outside.value, end};
    std::uint32_t last = 0;
    if (!cover_piece(parent.pieces().data(), parent.pieces().size(), wanted, &last))
      return NotInParent(wanted, parent);
    const std::uint32_t count = last - rest.outside.value + 1;  // no wrap: not all 2^32 ids are in one extent
    if (pieces.view().size() == kMaxExtents) return Failure{.reason = Reason::kTooManyPieces};
    pieces.Append({.inside = rest.inside, .outside = rest.outside, .count = count});
    if (last == end) return {};
    rest = {.inside = {rest.inside.value + count}, .outside = {last + 1}, .count = rest.count - count};
  }
}

}  // namespace

Result<FittedMap> FitToParent(const ApprovedMap& map, const ParentMap& parent) {
  ExtentList pieces;
  for (const Extent& extent : map.extents().view()) TRY(AppendPieces(extent, parent, pieces));
  return FittedMap(TRY(RenderMap(pieces.view())), map.setgroups());
}

}  // namespace uidmap
