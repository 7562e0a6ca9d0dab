// SPDX-License-Identifier: BSD-3-Clause
// Finding out what the caller may use, from the sources that nsswitch.conf names for it.
#pragma once

#include <span>

#include "core/caller.h"
#include "core/grants.h"
#include "core/ids.h"
#include "core/map_kind.h"
#include "core/nsswitch_file.h"
#include "core/result.h"
#include "system/lookup_client.h"

namespace uidmap {

// Asks `services` in their order, or the files if there are none, for what `wanted` names outside. The first that
// knows the caller decides everything: what the others have does not count. Only "I do not know him" passes on to the
// next; a source that fails is a failure. Files know a caller for whom they have one valid line. A plugin is asked by
// the account's name; for a caller without one it is no source that could be passed over, since a name service that
// fails can look as if it did not know him.
[[nodiscard]] Result<void> GatherGrants(const MapKindRow& row, const Caller& caller, const SubidServices& services,
                                        std::span<const Extent> wanted, LookupClient& lookup, Grants& granted);

}  // namespace uidmap
