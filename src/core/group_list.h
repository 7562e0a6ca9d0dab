// SPDX-License-Identifier: BSD-3-Clause
// The groups of a process, as /proc/PID/status has them (proc_pid_status(5)).
#pragma once

#include <string_view>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/ids.h"

namespace uidmap {

// True if one of the numbers in `line`, between blanks, is the group's.
[[nodiscard]] constexpr bool NamesGroup(std::string_view line, Gid group) {
  for (line = WithoutBlanks(line); !line.empty(); line = WithoutBlanks(line)) {
    const std::string_view number = line.substr(0, line.find_first_of(kBlanks));
    if (ParseDecimal(number, kNoId) == group.value) return true;
    line.remove_prefix(number.size());
  }
  return false;
}

// True unless `status`, which may be cut, says that the process is not in the group.
[[nodiscard]] constexpr bool MayBeInGroup(std::string_view status, Gid group) {
  while (status.find('\n') != std::string_view::npos) {
    std::string_view line = TakeField(status, '\n');
    const std::string_view name = TakeField(line);
    if (name == "Gid" && NamesGroup(line, group)) return true;
    if (name == "Groups") return NamesGroup(line, group);
  }
  return true;
}

}  // namespace uidmap
