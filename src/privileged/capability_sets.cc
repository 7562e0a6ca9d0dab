// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/capability_sets.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace uidmap {
namespace {

// capset(2): version 3 splits each set over two structures of 32 bits.
struct KernelSets {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3] = {};
};

constexpr CapabilityMask Join(std::uint32_t low, std::uint32_t high) { return low | CapabilityMask{high} << 32; }
constexpr std::uint32_t Low(CapabilityMask mask) { return static_cast<std::uint32_t>(mask); }
constexpr std::uint32_t High(CapabilityMask mask) { return static_cast<std::uint32_t>(mask >> 32); }

}  // namespace

Result<CapabilitySets> ReadCapabilitySets() {
  KernelSets sets;
  if (syscall(SYS_capget, &sets.header, sets.halves) != 0) {
    return FailureOf(Reason::kStartStepFailed, "capget", errno);
  }
  const auto& [low, high] = sets.halves;
  return CapabilitySets{.effective = Join(low.effective, high.effective),
                        .permitted = Join(low.permitted, high.permitted),
                        .inheritable = Join(low.inheritable, high.inheritable)};
}

SetOutcome AskForCapabilitySets(const CapabilitySets& sets) {
  KernelSets asked;
  asked.halves[0] = {Low(sets.effective), Low(sets.permitted), Low(sets.inheritable)};
  asked.halves[1] = {High(sets.effective), High(sets.permitted), High(sets.inheritable)};
  return syscall(SYS_capset, &asked.header, asked.halves) == 0 ? SetOutcome::kDone : SetOutcome::kRefused;
}

}  // namespace uidmap
