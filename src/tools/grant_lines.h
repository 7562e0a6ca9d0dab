// SPDX-License-Identifier: BSD-3-Clause
// Which lines of a grant file a decision rests on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/caller.h"
#include "core/id_ranges.h"
#include "core/map_kind.h"

namespace uidmap {

// The lines of the row's file that grant `caller` something of `wanted`, as "line 3, OWNER:FIRST:COUNT", in their
// order and no further than to where they grant all of it. The file has been judged before.
[[nodiscard]] std::vector<std::string> FindGrantLines(const MapKindRow& row, const Caller& caller, IdRange wanted);

// `count` ids behind everything that the row's file grants to anybody; none if there are not as many.
[[nodiscard]] std::optional<IdRange> FindFreeRange(const MapKindRow& row, std::uint32_t count);

}  // namespace uidmap
