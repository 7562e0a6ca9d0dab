// SPDX-License-Identifier: BSD-3-Clause
// One line of passwd(5).
#pragma once

#include <optional>
#include <string_view>

#include "core/ids.h"

namespace uidmap {

struct PasswdEntry {
  std::string_view name;
  Uid uid;
  Gid primary_group;
};

// The account of `line` (without newline), or nothing for a comment, an entry that begins with + or - (they
// are for NIS, and libc's own reader takes "+" for uid 0), or a line that is not as passwd(5) says.
[[nodiscard]] std::optional<PasswdEntry> ParsePasswdLine(std::string_view line);

}  // namespace uidmap
