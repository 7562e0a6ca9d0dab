// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/lookup_start.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "privileged/capability_sets.h"
#include "system/lookup_program.h"

namespace uidmap {
namespace {

Failure Refused(const char* call) { return FailureOf(Reason::kLookupStepFailed, call, errno); }

// For the child. A bounding set that could not be emptied stays full, but exec of a program without file capabilities
// and by a uid other than 0 gives nothing (capabilities(7)); uidmap-lookup looks again.
bool GiveUpEverything() {
  if (AskForCapabilitySets({}) != SetOutcome::kDone) return false;
  const auto left = ReadCapabilitySets();
  return left.has_value() && *left == CapabilitySets{};
}

}  // namespace

Result<LookupClient> StartLookup(CallerIds caller) {
  UniqueFd program = TRY(OpenLookupProgram(caller));
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return Refused("socketpair");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);

  // wait(2): a caller who ignores SIGCHLD would have the kernel forget the child, and its number be given away, while
  // it is still looked at.
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  if (sigaction(SIGCHLD, &by_default, nullptr) != 0) return Refused("sigaction");

  const pid_t process = _Fork();
  if (process < 0) return Refused("fork");
  if (process == 0) {
    if (!GiveUpEverything()) _exit(1);
    BecomeLookupProgram(std::move(program), std::move(theirs));
  }
  UniqueFd watch(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  return LookupClient(process, std::move(watch), std::move(ours));
}

}  // namespace uidmap
