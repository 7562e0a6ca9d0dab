// SPDX-License-Identifier: BSD-3-Clause
// What --help and --version print.
#pragma once

#include "core/failure.h"
#include "core/map_kind.h"

namespace uidmap {

[[nodiscard]] Message RenderHelp(const MapKindRow& row);
[[nodiscard]] Message RenderVersion(const MapKindRow& row);

}  // namespace uidmap
