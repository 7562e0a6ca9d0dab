// SPDX-License-Identifier: BSD-3-Clause
// What the kernel and the helpers say.
#pragma once

#include <string>

#include "core/failure.h"
#include "core/map_kind.h"

namespace uidmap {

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
