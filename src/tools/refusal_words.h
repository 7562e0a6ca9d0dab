// SPDX-License-Identifier: BSD-3-Clause
// Text for people: what is foreign is quoted, and what the helpers would say is taken apart.
#pragma once

#include <string>
#include <string_view>

#include "core/failure.h"
#include "core/map_kind.h"

namespace uidmap {

// `text` in double quotes; bytes that could move a cursor or end the quotes come out escaped.
[[nodiscard]] std::string Quoted(std::string_view text);

// `text` as one word of a command: whatever it is, a shell does nothing with it but pass it on.
[[nodiscard]] std::string ShellWord(std::string_view text);

// The text of an errno, in English.
[[nodiscard]] std::string ErrnoWords(int error_number);

// A refusal as RenderRefusal() has it, in its parts and without the program's name before each of them.
struct RefusalWords {
  std::string first_line;
  std::string reason;
  std::string hint;
};

[[nodiscard]] RefusalWords WordsOf(const MapKindRow& row, const Failure& failure);

}  // namespace uidmap
