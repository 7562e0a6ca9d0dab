// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/companion_start.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "privileged/capability_sets.h"
#include "system/companion.h"
#include "system/companion_program.h"

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

// capabilities(7): ambient is what a program without marks of its own gets to keep. Where it cannot be set, the
// program finds itself without the capability, and says so.
void CarryOverExec(CapabilityMask kept) {
  for (unsigned long capability = 0; kept != 0; ++capability, kept >>= 1) {
    if ((kept & 1) != 0) prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
  }
}

Result<Companion> Start(const CompanionRow& row, CallerIds caller, CapabilityMask kept) {
  const auto refused = [&](const char* call) { return FailureOf(row.step_failed, call, errno); };
  UniqueFd program = TRY(OpenCompanion(row, caller));
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return refused("socketpair");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  // wait(2): a caller who ignores SIGCHLD would have the kernel forget the child, and its number be given away, while
  // it is still looked at.
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  if (sigaction(SIGCHLD, &by_default, nullptr) != 0) return refused("sigaction");
  const pid_t process = _Fork();
  if (process < 0) return refused("fork");
  if (process == 0) {
    if (!KeepOnly(kept)) _exit(1);
    CarryOverExec(kept);
    BecomeCompanion(row, std::move(program), std::move(theirs));
  }
  UniqueFd watch(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  return Companion(row, process, std::move(watch), std::move(ours));
}

}  // namespace

Result<LookupClient> StartLookup(CallerIds caller) { return LookupClient(TRY(Start(kLookupProgram, caller, 0))); }

Result<AuditClient> StartAudit(const DormantPrivileges& dormant) {
  return AuditClient(TRY(Start(kAuditProgram, dormant.caller(), MaskOf(CAP_AUDIT_WRITE))));
}

}  // namespace uidmap
