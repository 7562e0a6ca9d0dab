// SPDX-License-Identifier: BSD-3-Clause
#include "audit/guard.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "system/companion_self.h"

namespace uidmap {
namespace {

static_assert(CAP_AUDIT_WRITE < 32, "it is in the first half of each set");
constexpr std::uint32_t kAuditWrite = std::uint32_t{1} << CAP_AUDIT_WRITE;

// Exec gives root more, as far as the bounding set goes.
bool HasNothingButAuditWrite() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  sets[0].effective = kAuditWrite;
  sets[0].permitted = kAuditWrite;
  if (syscall(SYS_capset, &header, sets) != 0) return false;
  sets[0] = {};
  if (syscall(SYS_capget, &header, sets) != 0) return false;
  const auto& [low, high] = sets;
  return low.effective == kAuditWrite && low.permitted == kAuditWrite && low.inheritable == 0 &&
         (high.effective | high.permitted | high.inheritable) == 0;
}

bool GainsNothing() {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

}  // namespace

const char* FindUnfitness() {
  if (!HasNothingButAuditWrite()) return "it was not given CAP_AUDIT_WRITE, or could not give up what else it has";
  if (!BecomesUndumpable()) return "it could be looked into";
  if (!GainsNothing()) return "no_new_privs could not be set";
  if (!EndsWithParent()) return "its parent process is gone";
  return nullptr;
}

}  // namespace uidmap
