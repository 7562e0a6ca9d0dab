// SPDX-License-Identifier: BSD-3-Clause
// A set of ids as ordered, disjoint ranges: what was asked for, what has been granted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/cover.h"

namespace uidmap {

using IdRange = cover_range;

class IdRanges {
 public:
  // More separate ranges than this are refused by Add.
  static constexpr std::size_t kCapacity = 2048;

  void Clear() { size_ = 0; }

  // Adds all ids of `range`, in any order, overlapping or touching what is there. False if there is no room.
  [[nodiscard]] bool Add(IdRange range);

  // True if an id of the set is in `range` or next to it.
  [[nodiscard]] bool Touch(IdRange range) const;

  // True if every id of `wanted` is in the set.
  [[nodiscard]] bool Hold(IdRange wanted) const;

  // The first id of `wanted` that is not in the set, which must not hold all of it.
  [[nodiscard]] std::uint32_t FirstMissing(IdRange wanted) const;

  [[nodiscard]] std::span<const IdRange> view() const { return {ranges_.data(), size_}; }

 private:
  std::array<IdRange, kCapacity> ranges_{};  // only the first size_ are ever read
  std::size_t size_ = 0;
};

}  // namespace uidmap
