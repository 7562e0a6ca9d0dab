// SPDX-License-Identifier: BSD-3-Clause
// Making sentences and commands.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace uidmap {

inline void AppendWord(std::string& text, std::string_view word) { text += word; }
inline void AppendWord(std::string& text, std::unsigned_integral auto number) { text += std::to_string(number); }

// All words one behind the other: texts and numbers.
template <class... Words>
[[nodiscard]] std::string Sentence(const Words&... words) {
  std::string text;
  (AppendWord(text, words), ...);
  return text;
}

// `text` between double quotes, escaped and cut as in messages of newuidmap, so that it can do nothing to a terminal.
[[nodiscard]] std::string Quoted(std::string_view text);

// `text` as one word for a shell; empty if it has bytes that could do something to a terminal.
[[nodiscard]] std::string ShellWord(std::string_view text);

}  // namespace uidmap
