// SPDX-License-Identifier: BSD-3-Clause
// The three capability sets of this process, by capget(2) and capset(2) themselves. libcap would do the same
// after a constructor with prctl calls, with heap memory, and with fork, execve and chroot linked in.
#pragma once

#include <cstdint>

#include "core/capability_mask.h"
#include "core/result.h"

namespace uidmap {

struct CapabilitySets {
  CapabilityMask effective = 0;
  CapabilityMask permitted = 0;
  CapabilityMask inheritable = 0;
  friend bool operator==(const CapabilitySets&, const CapabilitySets&) = default;
};

// Fails with kStartStepFailed.
[[nodiscard]] Result<CapabilitySets> ReadCapabilitySets();

enum class SetOutcome : std::uint8_t { kDone, kRefused };  // refused: errno says why

// Asks the kernel, and believes nothing: read back what became of it.
[[nodiscard]] SetOutcome AskForCapabilitySets(const CapabilitySets& sets);

}  // namespace uidmap
