// SPDX-License-Identifier: BSD-3-Clause
// The files of the companion programs, and becoming one. What needs shared libraries does not run in newuidmap and
// newgidmap: uidmap-lookup asks name services, plugins and PAM, uidmap-audit writes to the kernel's audit.
#pragma once

#include <cstdint>

#include "core/caller.h"
#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

// Whether a file of root's must run with a group of its own (2711) to be out of reach of the caller, who has the same
// uid: a process with the caller's ids and no capability can be traced and limited by him. That bit would take
// ambient capabilities away again (kernel: cap_bprm_creds_from_file()), and a capability alone keeps tracers off
// (cap_ptrace_access_check()).
enum class OwnGroup : std::uint8_t { kNeeded, kForbidden };

// What is said of a companion that fails, too.
struct CompanionRow {
  const char* path;  // where it was installed
  const char* name;
  OwnGroup own_group;
  Reason missing, unfit, step_failed, not_ready, exposed, ended, misspoke;
};

extern const CompanionRow kLookupProgram;
extern const CompanionRow kAuditProgram;

// The descriptor on which a companion finds its socket.
inline constexpr int kCompanionSocket = 3;

// Opens the program where it was installed and judges the open file: a regular file of root's, which nobody else may
// write, with or without a group that is not the caller's, as its row says. Fails with the row's `missing` or
// `unfit`.
[[nodiscard]] Result<UniqueFd> OpenCompanion(const CompanionRow& row, CallerIds caller);

// Executes `program` with an empty environment, in /, with 0 to 2 on /dev/null and `socket` as the only other
// descriptor, every signal at its default. For a child process that has given up every capability that the program
// is not meant to have. If that fails it says so over the socket and ends.
[[noreturn]] void BecomeCompanion(const CompanionRow& row, UniqueFd program, UniqueFd socket);

}  // namespace uidmap
