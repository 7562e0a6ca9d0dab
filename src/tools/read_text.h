// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

namespace uidmap {

// All bytes of the file; none if it cannot be read. Some files of /proc refuse that only when they are read, which
// streams answer with an exception.
[[nodiscard]] std::optional<std::string> ReadText(const std::string& path);

}  // namespace uidmap
