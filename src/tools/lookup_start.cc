// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lookup_start.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/companion.h"

namespace uidmap {
namespace {

Failure Refused(const char* call) { return FailureOf(Reason::kLookupStepFailed, call, errno); }

class CapabilitySets {
 public:
  [[nodiscard]] bool Read() { return syscall(SYS_capget, &header_, sets_) == 0; }
  [[nodiscard]] bool Write() { return syscall(SYS_capset, &header_, sets_) == 0; }

  [[nodiscard]] CapabilitySets WithoutEffective() const {
    CapabilitySets sets = *this;
    for (auto& half : sets.sets_) half.effective = 0;
    return sets;
  }

 private:
  __user_cap_header_struct header_ = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct sets_[_LINUX_CAPABILITY_U32S_3] = {};
};

// For the child, where root runs the tool; exec gives root's back, and uidmap-lookup gives them up again.
bool GiveUpCapabilities() { return CapabilitySets().Write(); }

// What proves that nobody looks into uidmap-lookup is that this process cannot, and root's capabilities can.
Result<void> AwaitReadinessWithoutCapabilities(LookupClient& lookup) {
  CapabilitySets before;
  if (!before.Read()) return Refused("capget");
  if (!before.WithoutEffective().Write()) return Refused("capset");
  const Result<void> ready = lookup.AwaitReadiness();
  if (!before.Write()) return Refused("capset");
  return ready;
}

}  // namespace

CallerIds OwnIds() { return {.uid = Uid{getuid()}, .gid = Gid{getgid()}}; }

Result<LookupClient> StartLookupForTool() {
  LookupClient lookup(TRY(StartCompanion(kLookupProgram, OwnIds(), GiveUpCapabilities)));
  TRY(AwaitReadinessWithoutCapabilities(lookup));
  return lookup;
}

}  // namespace uidmap
