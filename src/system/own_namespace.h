// SPDX-License-Identifier: BSD-3-Clause
// The user namespace that this process lives in.
#pragma once

namespace uidmap {

// True also where it cannot be known: the stricter rules are those of the initial user namespace.
[[nodiscard]] bool InInitialUserNamespace();

}  // namespace uidmap
