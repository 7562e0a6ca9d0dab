// SPDX-License-Identifier: BSD-3-Clause
// The file uidmap-lookup, and becoming it.
#pragma once

#include "core/caller.h"
#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

// The descriptor on which uidmap-lookup finds its socket.
inline constexpr int kLookupSocket = 3;

// Opens the program where it was installed and judges the open file: a regular file of root's with mode 2711 and a
// group that is not the caller's. The group has no rights: it keeps the caller, who has the same uid, from steering
// the process (SECURITY.md). Fails with kLookupMissing or kLookupUnfit.
[[nodiscard]] Result<UniqueFd> OpenLookupProgram(CallerIds caller);

// Executes `program` with an empty environment, in /, with 0 to 2 on /dev/null and `socket` as the only other
// descriptor, every signal at its default. For a child process that has given up every capability. If that fails it
// says so over the socket and ends.
[[noreturn]] void BecomeLookupProgram(UniqueFd program, UniqueFd socket);

}  // namespace uidmap
