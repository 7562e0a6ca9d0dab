// SPDX-License-Identifier: BSD-3-Clause
// Starting the one process that runs foreign code, in a state from which nothing leads back.
#pragma once

#include "core/caller.h"
#include "core/result.h"
#include "system/lookup_client.h"

namespace uidmap {

// Starts uidmap-lookup as a child that has given up every capability for good before it becomes that program. It
// keeps the caller's ids: the only thing that its file gives it is a group without rights (system/lookup_program.h).
//   Should: come before Confine(), which forbids what it does; it is the only fork of a run.
// Fails with kLookupMissing, kLookupUnfit or kLookupStepFailed.
[[nodiscard]] Result<LookupClient> StartLookup(CallerIds caller);

}  // namespace uidmap
