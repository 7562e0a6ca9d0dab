// SPDX-License-Identifier: BSD-3-Clause
// Untrusted text in what people and programs read.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/text.h"

namespace uidmap {

// Whether blanks and equals signs stand for themselves: in a sentence they do, in a record they would look like
// another field to a reader that knows no quotes.
enum class QuotedFor : std::uint8_t { kSentence, kRecord };

// Appends `source` in double quotes, with dots before the last one if it was cut. Only 0x20 to 0x7e pass as they are:
// a name or argument must not move the cursor, start a line or change colours, whatever the terminal's encoding (0x80
// to 0x9f are control bytes on some).
template <std::size_t kSize, std::size_t kSourceSize>
void AppendQuoted(BoundedText<kSize>& text, const BoundedText<kSourceSize>& source, QuotedFor reader) {
  constexpr std::string_view kHex = "0123456789abcdef";
  text.AppendByte('"');
  for (const char byte : source.view()) {
    const auto code = static_cast<unsigned char>(byte);
    const bool separates = byte == ' ' || byte == '=';
    if (code >= 0x20 && code <= 0x7e && byte != '"' && byte != '\\' &&
        (reader == QuotedFor::kSentence || !separates)) {
      text.AppendByte(byte);
    } else {
      text.Append("\\x");
      text.AppendByte(kHex[code >> 4]);
      text.AppendByte(kHex[code & 0xf]);
    }
  }
  text.Append(source.overflowed() ? "...\"" : "\"");
}

}  // namespace uidmap
