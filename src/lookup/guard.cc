// SPDX-License-Identifier: BSD-3-Clause
#include "lookup/guard.h"

#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "system/companion_self.h"

namespace uidmap {
namespace {

// Both follow from the file's set-group-id bit. They are looked at because a file system mounted nosuid, or a
// namespace that does not have the group, takes it away without a word.
bool IsOutOfReach() { return getegid() != getgid() && getauxval(AT_SECURE) != 0; }

// Exec gives root capabilities again, as far as the bounding set goes.
bool HasCapability() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capset, &header, sets) != 0 || syscall(SYS_capget, &header, sets) != 0) return true;
  return std::any_of(std::begin(sets), std::end(sets), [](const __user_cap_data_struct& half) {
    return (half.effective | half.permitted | half.inheritable) != 0;
  });
}

}  // namespace

// What an idle name service, plugin or policy needs several times over. The soft limits are the caller's, too, and go
// up to the hard ones; only more descriptors than usual would make modules that close them all slow.
bool IsStarved() {
  constexpr rlim_t kMiB = rlim_t{1024} * 1024;
  constexpr rlim_t kUsualDescriptors = 1024;
  constexpr struct {
    int limit;
    rlim_t least;
  } kNeeds[] = {{RLIMIT_NOFILE, 256},     {RLIMIT_AS, 512 * kMiB},  {RLIMIT_DATA, 256 * kMiB},
                {RLIMIT_STACK, 1 * kMiB}, {RLIMIT_FSIZE, 1 * kMiB}, {RLIMIT_CPU, 30},
                {RLIMIT_NPROC, 16}};
  for (const auto& need : kNeeds) {
    rlimit limit = {};
    if (getrlimit(need.limit, &limit) != 0 || limit.rlim_max < need.least) return true;
    limit.rlim_cur = need.limit == RLIMIT_NOFILE ? std::min(limit.rlim_max, kUsualDescriptors) : limit.rlim_max;
    if (setrlimit(need.limit, &limit) != 0) return true;
  }
  return false;
}

const char* FindUnfitness() {
  if (!IsOutOfReach())
    return "its set-group-id bit has no effect: a nosuid mount, no_new_privs, or a group without a mapping here";
  if (!BecomesUndumpable()) return "it could be looked into";
  if (HasCapability()) return "it has a capability";
  if (IsStarved()) return kStarved;
  if (!EndsWithParent()) return "its parent process is gone";
  return nullptr;
}

}  // namespace uidmap
