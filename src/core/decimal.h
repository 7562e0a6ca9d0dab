// SPDX-License-Identifier: BSD-3-Clause
// Plain decimal numbers, the only spelling of a number that is accepted anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uidmap {

[[nodiscard]] constexpr bool IsAllDigits(std::string_view text) {
  for (const char byte : text) {
    if (byte < '0' || byte > '9') return false;
  }
  return !text.empty();
}

// Digits without sign, blank or leading zero.
[[nodiscard]] constexpr bool IsPlainDecimal(std::string_view text) {
  return IsAllDigits(text) && (text.size() == 1 || text.front() != '0');
}

// The value of a plain decimal number up to `largest`; nothing for any other text or a larger number.
[[nodiscard]] constexpr std::optional<std::uint64_t> ParseDecimal(std::string_view text, std::uint64_t largest) {
  if (!IsPlainDecimal(text) || text.size() > 19) return std::nullopt;  // 19 digits always fit 64 bits
  std::uint64_t value = 0;
  for (const char digit : text) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  if (value > largest) return std::nullopt;
  return value;
}

}  // namespace uidmap
