// SPDX-License-Identifier: BSD-3-Clause
// Finding out who the caller is.
#pragma once

#include "core/caller.h"
#include "core/result.h"

namespace uidmap {

// Adds to the proven real ids what /etc/passwd has for the real uid. /etc/login.defs is read only if the real group
// is not the account's primary group. Never $USER, the terminal or utmp (CVE-2016-6251). A uid that passwd does not
// know is a caller without names. Fails if a file that has a say cannot be trusted or read, or if nsswitch.conf puts
// another source before the files.
[[nodiscard]] Result<Caller> IdentifyCaller(CallerIds ids);

}  // namespace uidmap
