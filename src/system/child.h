// SPDX-License-Identifier: BSD-3-Clause
// What the kernel tells a parent.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>

namespace uidmap {

// True if `child` is stopped, or was and goes on (waitid(2)); it says so as long as it lives, and once. A stop
// interrupts system calls, which modules take for a service that is not there, and that must not be the caller's to
// arrange.
[[nodiscard]] inline bool HasBeenStopped(pid_t child) {
  siginfo_t seen = {};
  const auto number = static_cast<id_t>(child);
  return waitid(P_PID, number, &seen, WSTOPPED | WCONTINUED | WNOHANG) == 0 && seen.si_pid != 0;
}

}  // namespace uidmap
