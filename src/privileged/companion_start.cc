// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/companion_start.h"

#include <linux/capability.h>
#include <sys/prctl.h>

#include "privileged/capability_sets.h"
#include "system/companion.h"

namespace uidmap {
namespace {

// For the child. A bounding set that could not be emptied stays full, but exec of a program without file capabilities
// and by a uid other than 0 gives nothing (capabilities(7)); the companions look again.
bool KeepOnly(CapabilityMask kept) {
  const CapabilitySets wanted = {.effective = 0, .permitted = kept, .inheritable = kept};
  if (AskForCapabilitySets(wanted) != SetOutcome::kDone) return false;
  const auto left = ReadCapabilitySets();
  return left.has_value() && *left == wanted;
}

bool KeepNothing() { return KeepOnly(0); }

// capabilities(7): ambient is what a program without marks of its own gets to keep. Where it cannot be set, the
// program finds itself without the capability, and says so.
bool KeepAuditWrite() {
  if (!KeepOnly(MaskOf(CAP_AUDIT_WRITE))) return false;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_AUDIT_WRITE, 0, 0);
  return true;
}

}  // namespace

Result<LookupClient> StartLookup(CallerIds caller) {
  return LookupClient(TRY(StartCompanion(kLookupProgram, caller, KeepNothing)));
}

Result<AuditClient> StartAudit(const DormantPrivileges& dormant) {
  return AuditClient(TRY(StartCompanion(kAuditProgram, dormant.caller(), KeepAuditWrite)));
}

}  // namespace uidmap
