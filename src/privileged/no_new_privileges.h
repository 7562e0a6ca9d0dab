// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <errno.h>
#include <sys/prctl.h>

#include "core/result.h"

namespace uidmap {

// prctl(2): exec gives this process no privilege any more. seccomp(2) asks for it first.
[[nodiscard]] inline Result<void> SetNoNewPrivileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return FailureOf(Reason::kStartStepFailed, "prctl(PR_SET_NO_NEW_PRIVS)", errno);
  }
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
    return FailureOf(Reason::kStartStepNotEffective, "prctl(PR_SET_NO_NEW_PRIVS)");
  }
  return {};
}

}  // namespace uidmap
