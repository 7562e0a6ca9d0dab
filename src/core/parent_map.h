// SPDX-License-Identifier: BSD-3-Clause
// Which ids exist in the namespace that this program and the caller live in, and in which pieces.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "core/extents.h"
#include "core/id_ranges.h"

namespace uidmap {

// The first column of /proc/self/uid_map or gid_map. Pieces that touch stay apart: the kernel takes a range for a new
// map only if it lies inside one of them (kernel: map_id_range_down()).
class ParentMap {
 public:
  // Every id, in one piece: what the initial namespace has.
  [[nodiscard]] static ParentMap Whole();

  // Adds what `line` (without newline) of such a file says. False if it is no line of a map, or one too many.
  [[nodiscard]] bool TakeLine(std::string_view line);

  [[nodiscard]] std::span<const IdRange> pieces() const { return {pieces_.data(), size_}; }

 private:
  std::array<IdRange, kMaxExtents> pieces_;  // only the first size_ are ever read
  std::size_t size_ = 0;
};

}  // namespace uidmap
