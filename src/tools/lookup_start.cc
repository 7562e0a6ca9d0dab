// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lookup_start.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/companion.h"

namespace uidmap {
namespace {

// For the child, where root runs the tool; exec gives root's back, and uidmap-lookup gives them up again.
bool GiveUpCapabilities() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capset, &header, none) == 0;
}

}  // namespace

CallerIds OwnIds() { return {.uid = Uid{getuid()}, .gid = Gid{getgid()}}; }

Result<LookupClient> StartLookupForTool() {
  return LookupClient(TRY(StartCompanion(kLookupProgram, OwnIds(), GiveUpCapabilities)));
}

}  // namespace uidmap
