// SPDX-License-Identifier: BSD-3-Clause
// Starting the processes that run foreign code, in a state from which nothing leads back. The only forks of a run;
// both must come before Confine(), which forbids what they do.
#pragma once

#include "core/caller.h"
#include "core/result.h"
#include "privileged/privileges.h"
#include "system/audit_client.h"
#include "system/lookup_client.h"

namespace uidmap {

// Starts uidmap-lookup as a child that has given up every capability for good before it becomes that program. It
// keeps the caller's ids: the only thing that its file gives it is a group without rights
// (system/companion_program.h). Fails with kLookupMissing, kLookupUnfit or kLookupStepFailed.
[[nodiscard]] Result<LookupClient> StartLookup(CallerIds caller);

// Starts uidmap-audit as a child that keeps CAP_AUDIT_WRITE alone, which `dormant` still holds, over the exec as an
// ambient capability. It keeps the caller's ids. Fails with kAuditUnfit or kAuditStepFailed.
[[nodiscard]] Result<AuditClient> StartAudit(const DormantPrivileges& dormant);

}  // namespace uidmap
