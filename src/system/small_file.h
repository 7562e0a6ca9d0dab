// SPDX-License-Identifier: BSD-3-Clause
// The short files of /proc and /sys that say one thing.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/fields.h"
#include "system/unique_fd.h"

namespace uidmap {

// What one read(2) of `file` into `room` gives; empty if it is not open or cannot be read.
[[nodiscard]] inline std::string_view ReadOnce(const UniqueFd& file, std::span<char> room) {
  const ssize_t size = file.is_open() ? read(file.get(), room.data(), room.size()) : 0;
  return {room.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// What stands behind "NAME:" on its line of `text`, without blanks (proc_pid_status(5), pidfd_open(2)).
[[nodiscard]] inline std::optional<std::string_view> ValueOf(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = TakeField(text, '\n');
    if (TakeField(line) == name) return WithoutBlanks(line);
  }
  return std::nullopt;
}

}  // namespace uidmap
