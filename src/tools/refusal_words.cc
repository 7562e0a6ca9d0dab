// SPDX-License-Identifier: BSD-3-Clause
#include "tools/refusal_words.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>

#include "core/fields.h"

namespace uidmap {

namespace {

bool IsPrintable(char byte) { return byte >= 0x20 && byte <= 0x7e; }

// `text` with what is not printable, and `also`, as \xNN.
std::string Escaped(std::string_view text, std::string_view also) {
  std::string escaped;
  for (const char byte : text) {
    const bool is_plain = IsPrintable(byte) && also.find(byte) == std::string_view::npos;
    escaped += is_plain ? std::string(1, byte) : fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
  return escaped;
}

bool NeedsNoQuotes(char byte) {
  constexpr std::string_view kHarmless = "_./+:@%,-";
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         kHarmless.find(byte) != std::string_view::npos;
}

}  // namespace

std::string Quoted(std::string_view text) { return '"' + Escaped(text, "\"\\") + '"'; }

// bash(1), "ANSI-C Quoting", where single quotes alone would print what is not printable.
std::string ShellWord(std::string_view text) {
  if (!text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), NeedsNoQuotes))
    return std::string(text);
  const bool is_plain =
      text.find('\'') == std::string_view::npos && std::all_of(text.begin(), text.end(), IsPrintable);
  return is_plain ? fmt::format("'{}'", text) : fmt::format("$'{}'", Escaped(text, "'\\"));
}

std::string ErrnoWords(int error_number) {
  const char* const text = strerrordesc_np(error_number);
  return text != nullptr ? text : fmt::format("error {}", error_number);
}

RefusalWords WordsOf(const MapKindRow& row, const Failure& failure) {
  const Message message = RenderRefusal(row, failure);
  std::string_view rest = message.view();
  RefusalWords words;
  words.first_line = TakeField(rest, '\n');
  const auto text_behind = [&](std::string_view line, std::string_view label) {
    const std::string prefix = fmt::format("{}: {}: ", row.program, label);
    return line.starts_with(prefix) ? std::string(line.substr(prefix.size())) : std::string();
  };
  while (!rest.empty()) {
    const std::string_view line = TakeField(rest, '\n');
    words.reason += text_behind(line, "reason");
    words.hint += text_behind(line, "hint");
  }
  return words;
}

}  // namespace uidmap
