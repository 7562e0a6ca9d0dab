// SPDX-License-Identifier: BSD-3-Clause
#include "system/parent_map.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/fields.h"
#include "core/text.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

// Three numbers padded to 10, two blanks and a newline for each extent (kernel: uid_m_show()), and one byte more, to
// see the end.
constexpr std::size_t kLongestMap = kMaxExtents * 33 + 1;

std::optional<std::size_t> ReadAll(int file, std::span<char> room) {
  std::size_t size = 0;
  while (size < room.size()) {
    const ssize_t more = read(file, room.data() + size, room.size() - size);
    if (more < 0) return std::nullopt;
    if (more == 0) return size;
    size += static_cast<std::size_t>(more);
  }
  return std::nullopt;
}

}  // namespace

ParentMap ReadParentMap(const MapKindRow& row) {
  BoundedText<32> path;
  path.Append("/proc/self/");
  path.Append(row.map_file);
  path.AppendByte('\0');
  const UniqueFd file(open(path.view().data(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  constinit static std::array<char, kLongestMap> bytes{};
  const auto size = file.is_open() ? ReadAll(file.get(), bytes) : std::nullopt;
  if (!size) return ParentMap::Whole();
  ParentMap map;
  for (std::string_view rest(bytes.data(), *size); !rest.empty();) {
    if (!map.TakeLine(TakeField(rest, '\n'))) return ParentMap::Whole();
  }
  return map;
}

}  // namespace uidmap
