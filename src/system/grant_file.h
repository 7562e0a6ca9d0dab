// SPDX-License-Identifier: BSD-3-Clause
// Reading what the caller may use.
#pragma once

#include "core/caller.h"
#include "core/id_ranges.h"
#include "core/map_kind.h"
#include "core/result.h"

namespace uidmap {

// Adds to `granted` every range that the row's file grants to `caller`. An absent file grants nothing; one that
// cannot be trusted or read is a failure, whatever was asked for.
[[nodiscard]] Result<void> ReadGrants(const MapKindRow& row, const Caller& caller, IdRanges& granted);

}  // namespace uidmap
