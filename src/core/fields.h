// SPDX-License-Identifier: BSD-3-Clause
// Taking a line of a configuration file apart.
#pragma once

#include <cstddef>
#include <string_view>

namespace uidmap {

// Takes the text before the first `separator` off `rest`; all of it, leaving nothing, if there is none.
[[nodiscard]] constexpr std::string_view TakeField(std::string_view& rest, char separator = ':') {
  const auto end = rest.find(separator);
  const std::string_view field = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return field;
}

inline constexpr std::string_view kBlanks = " \t\r\f\v";

// `text` without blanks at either end.
[[nodiscard]] constexpr std::string_view WithoutBlanks(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// True if `text` is `lower_case` but for the case of ASCII letters.
[[nodiscard]] constexpr bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    const char lower = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    if (lower != lower_case[i]) return false;
  }
  return true;
}

}  // namespace uidmap
