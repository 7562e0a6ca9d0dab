// SPDX-License-Identifier: BSD-3-Clause
#include "tools/read_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "system/unique_fd.h"

namespace uidmap {

std::optional<std::string> ReadText(const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  std::string text;
  std::array<char, 16384> chunk;
  while (true) {
    const ssize_t size = read(file.get(), chunk.data(), chunk.size());
    if (size < 0) return std::nullopt;
    if (size == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace uidmap
