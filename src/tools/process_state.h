// SPDX-License-Identifier: BSD-3-Clause
// What of this process decides about the privilege that a program gets which it executes.
#pragma once

#include <sys/types.h>

#include "core/capability_mask.h"

namespace uidmap {

struct ProcessState {
  uid_t real_uid = 0;
  uid_t effective_uid = 0;
  gid_t real_gid = 0;
  gid_t effective_gid = 0;
  CapabilityMask permitted = 0;
  CapabilityMask inheritable = 0;
  CapabilityMask ambient = 0;
  CapabilityMask bounding = 0;
  unsigned securebits = 0;
  bool no_new_privs = false;
  bool has_filter = false;  // seccomp(2)
  bool is_traced = false;   // ptrace(2), by a process without privilege
};

[[nodiscard]] ProcessState ReadProcessState();

// Becomes what an unprivileged process of the same ids is: a look at the machine with capabilities would see more
// than the helpers do, who have put theirs to sleep. False if the kernel refuses.
[[nodiscard]] bool GiveUpCapabilities();

}  // namespace uidmap
