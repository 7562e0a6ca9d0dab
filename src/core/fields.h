// SPDX-License-Identifier: BSD-3-Clause
// Taking a line of colon-separated fields apart.
#pragma once

#include <string_view>

namespace uidmap {

// Takes the text before the first `separator` off `rest`; all of it, leaving nothing, if there is none.
[[nodiscard]] constexpr std::string_view TakeField(std::string_view& rest, char separator = ':') {
  const auto end = rest.find(separator);
  const std::string_view field = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return field;
}

}  // namespace uidmap
