// SPDX-License-Identifier: BSD-3-Clause
#include "tools/refusal_words.h"

#include <fmt/format.h>
#include <string.h>

#include "core/fields.h"

namespace uidmap {

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
