// SPDX-License-Identifier: BSD-3-Clause
#include "core/map_text.h"

#include "core/extents.h"

namespace uidmap {

Result<MapText> RenderMap(std::span<const Extent> extents) {
  constexpr std::size_t kLongestLine = 3 * 10 + 3;  // three numbers of 32 bits, two blanks, a newline
  BoundedText<kMaxExtents * kLongestLine> text;     // holds any list, so that the message can tell its length
  for (const Extent& extent : extents) {
    text.AppendDecimal(extent.inside.value);
    text.AppendByte(' ');
    text.AppendDecimal(extent.outside.value);
    text.AppendByte(' ');
    text.AppendDecimal(extent.count);
    text.AppendByte('\n');
  }
  if (text.view().size() > kMapTextLimit) {
    return Failure{.reason = Reason::kMapTextTooLong, .numbers = {text.view().size()}};
  }
  MapText map;
  map.Append(text.view());
  return map;
}

}  // namespace uidmap
