// SPDX-License-Identifier: BSD-3-Clause
// Reading the map of the namespace that this process lives in.
#pragma once

#include "core/map_kind.h"
#include "core/parent_map.h"

namespace uidmap {

// What /proc/self has in the row's map file. A namespace without a map has no ids. Where the file cannot be read, or
// says something else than a map, every id is taken to be there in one piece: what the answer is for is to cut a
// map at the right places, and the kernel, which judges it, knows better. Whoever can fake /proc here can have his
// map cut elsewhere, and it still translates every id as it was approved.
[[nodiscard]] ParentMap ReadParentMap(const MapKindRow& row);

}  // namespace uidmap
