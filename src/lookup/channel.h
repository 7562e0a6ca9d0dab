// SPDX-License-Identifier: BSD-3-Clause
// The socket to the process that asks.
#pragma once

#include "core/lookup_protocol.h"

namespace uidmap {

// True if descriptor kLookupSocket is the socket that a parent process has left there, which from now on no program
// that this one starts inherits.
[[nodiscard]] bool HasSocket();

// False if the other end has hung up, or does not speak this protocol.
[[nodiscard]] bool Send(const LookupAnswer& answer);
[[nodiscard]] bool Receive(LookupQuery& query);

}  // namespace uidmap
