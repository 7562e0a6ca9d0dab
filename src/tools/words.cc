// SPDX-License-Identifier: BSD-3-Clause
#include "tools/words.h"

#include <algorithm>
#include <cstddef>

namespace uidmap {
namespace {

bool IsHarmless(char byte) { return byte >= 0x20 && byte <= 0x7e; }

bool NeedsNoQuotes(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         std::string_view("_-./@+,").find(byte) != std::string_view::npos;
}

}  // namespace

std::string Quoted(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char byte : text.substr(0, kLongest)) {
    const auto code = static_cast<unsigned char>(byte);
    if (IsHarmless(byte) && byte != '"' && byte != '\\') {
      quoted += byte;
    } else {
      quoted += "\\x";
      quoted += kHex[code >> 4];
      quoted += kHex[code & 0xf];
    }
  }
  quoted += text.size() > kLongest ? "...\"" : "\"";
  return quoted;
}

std::string ShellWord(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), IsHarmless)) return {};
  if (!text.empty() && std::all_of(text.begin(), text.end(), NeedsNoQuotes)) return std::string(text);
  std::string word = "'";
  for (const char byte : text) {
    if (byte == '\'')
      word += "'\\''";
    else
      word += byte;
  }
  return word + "'";
}

}  // namespace uidmap
