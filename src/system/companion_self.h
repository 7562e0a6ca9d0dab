// SPDX-License-Identifier: BSD-3-Clause
// What a companion program makes sure of about its own process, and its side of the socket to its parent.
#pragma once

#include <cstddef>
#include <span>

namespace uidmap {

// True if descriptor kCompanionSocket is the socket that a parent process has left there, which from now on no
// program that this one starts inherits.
[[nodiscard]] bool HasSocket();

// True if nobody can look into the process for being its user: PR_SET_DUMPABLE, which this sets, is off.
[[nodiscard]] bool BecomesUndumpable();

// True if the process ends when its parent does, which this arranges.
[[nodiscard]] bool EndsWithParent();

// The first message (core/companion_protocol.h); `unfit` is null if the program runs as it must. False, here and
// below, if the other end has hung up, or does not speak this protocol.
[[nodiscard]] bool SendReadiness(const char* unfit);
[[nodiscard]] bool SendToParent(std::span<const std::byte> message);
[[nodiscard]] bool ReceiveFromParent(std::span<std::byte> message);

}  // namespace uidmap
