// SPDX-License-Identifier: BSD-3-Clause
// Shutting the process in, before anything that the caller wrote is read.
#pragma once

#include "core/result.h"

namespace uidmap {

// From here on the process and what it might become gain nothing by exec (no_new_privs), and every system call that
// filter_program.h does not list fails with EPERM: changing ids or groups, executing, forking, tracing, mounting,
// entering namespaces, sending credentials, keys. Nothing is ever killed for a call. It cannot be undone.
//   Should: come after the last fork, and before argv is parsed. Both effects are proven.
//   Mustn't: be taken for more than it is: SECURITY.md says what code inside the process could still do.
// Fails with kStartStepFailed or kStartStepNotEffective. A build for a processor without a checked filter, asked for
// by name (meson's confinement option), sets no_new_privs alone.
[[nodiscard]] Result<void> Confine();

}  // namespace uidmap
