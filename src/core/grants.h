// SPDX-License-Identifier: BSD-3-Clause
// What a source says the caller may use.
#pragma once

#include <cstdint>

#include "core/id_ranges.h"

namespace uidmap {

enum class SourceState : std::uint8_t { kRead, kAbsent };

struct Grants {
  IdRanges ranges;  // what was asked for and is granted; more may be granted than was asked
  SourceState state = SourceState::kRead;
};

}  // namespace uidmap
