// SPDX-License-Identifier: BSD-3-Clause
// What a source says the caller may use.
#pragma once

#include <cstdint>

#include "core/id_ranges.h"
#include "core/nsswitch_file.h"

namespace uidmap {

enum class SourceState : std::uint8_t {
  kRead,
  kReadThoughWritable,  // by the caller, which counts inside a user namespace alone (system/config_file.h)
  kAbsent,
};

// Whether a source has anything to say about the caller, be it a no.
enum class Knowledge : std::uint8_t { kDoesNotKnowCaller, kKnowsCaller };

struct Grants {
  IdRanges ranges;  // what was asked for and is granted; more may be granted than was asked
  SourceState state = SourceState::kRead;
  Knowledge knowledge = Knowledge::kDoesNotKnowCaller;
  SubidServices::Name plugin{};  // which plugin decided, or was asked last where files are no source; or empty
};

}  // namespace uidmap
