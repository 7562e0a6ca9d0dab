// SPDX-License-Identifier: BSD-3-Clause
// The first message that every companion program (uidmap-lookup, uidmap-audit) sends, unasked: that it runs as it
// must, or why not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace uidmap {

struct Readiness {
  std::int32_t error_number;    // errno of the step that failed; 0 if none did
  std::array<char, 120> unfit;  // empty if it is ready; ends with a zero
};
static_assert(std::has_unique_object_representations_v<Readiness>);

// The text in a field of a message, up to its first zero or its end.
template <std::size_t kSize>
[[nodiscard]] std::string_view TextIn(const std::array<char, kSize>& field) {
  const std::string_view all(field.data(), kSize);
  return all.substr(0, all.find('\0'));
}

// A text that does not end inside its field would be read past it by whoever trusts the zero.
template <std::size_t kSize>
[[nodiscard]] bool Ends(const std::array<char, kSize>& field) {
  return TextIn(field).size() < kSize;
}

// Copies `text` into a field of a message as far as it has room, and zeroes the rest.
template <std::size_t kSize>
void PutText(std::string_view text, std::array<char, kSize>& field) {
  field = {};
  text.copy(field.data(), kSize - 1);
}

}  // namespace uidmap
