// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/confinement.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "privileged/filter_program.h"
#include "privileged/no_new_privileges.h"

namespace uidmap {
namespace {

// A container's filter may refuse seccomp(2) and let the older way pass, which does the same.
bool Install(const sock_fprog& program) {
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return true;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

bool Answers() { return prctl(kProbeOption, 0, 0, 0, 0) == -1 && errno == kProbeAnswer; }

}  // namespace

Result<void> Confine() {
  TRY(SetNoNewPrivileges());
  // The kernel only reads it; its declaration lacks the const.
  const sock_fprog program = {.len = kFilterProgram.size(),
                              .filter = const_cast<sock_filter*>(kFilterProgram.data())};
  if (!Install(program)) return FailureOf(Reason::kStartStepFailed, "seccomp", errno);
  if (!Answers()) return FailureOf(Reason::kStartStepNotEffective, "seccomp");
  return {};
}

}  // namespace uidmap
