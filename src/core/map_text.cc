// SPDX-License-Identifier: BSD-3-Clause
#include "core/map_text.h"

namespace uidmap {

Result<MapText> RenderMap(std::span<const Extent> extents) {
  MapText map;
  std::size_t size = 0;  // of the whole, also of what there is no room for
  for (const Extent& extent : extents) {
    BoundedText<33> line;  // three numbers of 32 bits, two blanks, a newline
    line.AppendDecimal(extent.inside.value);
    line.AppendByte(' ');
    line.AppendDecimal(extent.outside.value);
    line.AppendByte(' ');
    line.AppendDecimal(extent.count);
    line.AppendByte('\n');
    size += line.view().size();
    map.Append(line.view());
  }
  if (map.overflowed()) return Failure{.reason = Reason::kMapTextTooLong, .numbers = {size}};
  return map;
}

}  // namespace uidmap
