// SPDX-License-Identifier: BSD-3-Clause
// In place of confinement.cc where the build was told to do without a filter.
#include "privileged/confinement.h"
#include "privileged/no_new_privileges.h"

namespace uidmap {

Result<void> Confine() { return SetNoNewPrivileges(); }

}  // namespace uidmap
