// SPDX-License-Identifier: BSD-3-Clause
// Reading what a file grants to the caller.
#pragma once

#include <span>

#include "core/caller.h"
#include "core/grants.h"
#include "core/ids.h"
#include "core/map_kind.h"
#include "core/result.h"

namespace uidmap {

// Adds to `granted` every range that the row's file grants to `caller` and that touches what `wanted` names outside:
// one pass, and memory for what is asked, not for what is in the file. An absent file grants nothing; one that
// cannot be trusted or opened is a failure, whatever was asked for. Stops where no later line could change what
// Decide says (GrantNeed), and then the file counts as knowing the caller: a read that would fail behind that point
// is not seen.
[[nodiscard]] Result<void> ReadGrantFile(const MapKindRow& row, const Caller& caller, std::span<const Extent> wanted,
                                         Grants& granted);

// All that the file grants to `caller`, as far as `held` has room. Fails as ReadGrantFile does.
[[nodiscard]] Result<void> ReadHeldRanges(const MapKindRow& row, const Caller& caller, IdRanges& held);

}  // namespace uidmap
