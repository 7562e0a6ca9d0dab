// SPDX-License-Identifier: BSD-3-Clause
// Ids that cannot be mistaken for each other, and the extent made of them. "Inside" is the new namespace,
// "outside" is the parent namespace, the one the caller and this program live in.
#pragma once

#include <compare>
#include <cstdint>

namespace uidmap {

template <class Tag>
struct StrongId {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(StrongId, StrongId) = default;
};

using Uid = StrongId<struct UidTag>;
using Gid = StrongId<struct GidTag>;
using InsideId = StrongId<struct InsideTag>;
using OutsideId = StrongId<struct OutsideTag>;

// user_namespaces(7): 4294967295 is "no id", the kernel refuses it in a map.
inline constexpr std::uint32_t kNoId = 0xffffffffU;
inline constexpr std::uint32_t kLargestId = kNoId - 1;

// One line of a map: `count` consecutive ids. Whoever makes one promises count >= 1 and that neither side
// goes past kLargestId, so that the ends below cannot wrap.
struct Extent {
  InsideId inside;
  OutsideId outside;
  std::uint32_t count = 0;

  [[nodiscard]] constexpr std::uint32_t last_inside() const { return inside.value + (count - 1); }
  [[nodiscard]] constexpr std::uint32_t last_outside() const { return outside.value + (count - 1); }
};

}  // namespace uidmap
