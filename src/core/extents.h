// SPDX-License-Identifier: BSD-3-Clause
// The list of extents of one request, bounded as the kernel bounds a map.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/ids.h"
#include "core/result.h"

namespace uidmap {

// user_namespaces(7); kernel: UID_GID_MAP_MAX_EXTENTS. Five before Linux 4.15.
inline constexpr std::size_t kMaxExtents = 340;

class ExtentList {
 public:
  // The caller has made sure that there is room.
  void Append(const Extent& extent) { extents_[size_++] = extent; }

  [[nodiscard]] std::span<const Extent> view() const { return {extents_.data(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::array<Extent, kMaxExtents> extents_;
  std::size_t size_ = 0;
};

// Refuses two extents that share an id on the same side, naming both by their position (from 1) and the
// first id they share. The kernel would answer EINVAL and say nothing more (mappings_overlap()).
[[nodiscard]] Result<void> CheckOverlaps(std::span<const Extent> extents);

// True if a map made of `extents` gives outside id 0, the parent namespace's root, an id inside.
[[nodiscard]] bool MapsOutsideZero(std::span<const Extent> extents);

}  // namespace uidmap
