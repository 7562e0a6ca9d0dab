// SPDX-License-Identifier: BSD-3-Clause
// Starting uidmap-lookup from a program that has no privilege to put down.
#pragma once

#include "core/caller.h"
#include "core/result.h"
#include "system/lookup_client.h"

namespace uidmap {

// Who runs this program: its real ids.
[[nodiscard]] CallerIds OwnIds();

// Starts uidmap-lookup as newuidmap and newgidmap do, so that an answer is what they would get, and waits until it is
// ready. The time for all answers together begins then (system/lookup_client.h): for more time, start another one.
// Fails with one of the kLookup reasons.
[[nodiscard]] Result<LookupClient> StartLookupForTool();

}  // namespace uidmap
