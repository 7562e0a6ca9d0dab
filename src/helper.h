// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/map_kind.h"

namespace uidmap {

// All of newuidmap or newgidmap. Returns the exit status: 0 if the map is written, nothing was asked for, or
// help was; 1 otherwise.
[[nodiscard]] int RunHelper(MapKind kind, int argc, char** argv);

}  // namespace uidmap
