// SPDX-License-Identifier: BSD-3-Clause
// The first steps of a run: taking from the caller what exec let him choose.
#pragma once

#include <span>
#include <string_view>

#include "core/result.h"

namespace uidmap {

// First of all. From here on no signal but SIGKILL and SIGSTOP acts on the process, an own fault ends it with
// exit status 1 instead of a signal (runc and crun take a helper that a signal ended for a success), and
// no timer that the caller set runs.
[[nodiscard]] Result<void> ShieldFromSignals();

// Makes descriptors 0 to 2 valid: a file that became one of them would receive messages, or be taken for the
// caller's. Must come before anything is opened.
[[nodiscard]] Result<void> FillStandardDescriptors();

// Makes descriptors 0 to 2 valid, empties the environment, sets the umask, forbids core dumps, allows itself as many
// descriptors as the caller's hard limit does.
[[nodiscard]] Result<void> SettleProcess();

// Refuses a kernel older than 5.10: it lacks what this program leans on (openat2), and nobody maintains it.
[[nodiscard]] Result<void> CheckKernel();

// Closes every descriptor but those in `kept`, of which some may not be open (-1). Inherited ones are not ours to
// use, and they could leave none free.
void CloseAllDescriptorsBut(std::span<const int> kept);

// Writes `text` to a standard descriptor, whole or as far as it goes: nobody is left to hear of a failure.
void WriteOnce(int standard_descriptor, std::string_view text);

}  // namespace uidmap
