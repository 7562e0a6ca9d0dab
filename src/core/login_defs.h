// SPDX-License-Identifier: BSD-3-Clause
// The one line of login.defs(5) that matters here.
#pragma once

#include <optional>
#include <string_view>

#include "core/caller.h"

namespace uidmap {

// What `line` (without newline) says about GRANT_AUX_GROUP_SUBIDS, nothing if it is another line. As in shadow only
// the word yes, in any case and possibly in double quotes, switches it on; the last such line of the file counts.
[[nodiscard]] std::optional<GroupRule> ParseLoginDefsLine(std::string_view line);

}  // namespace uidmap
