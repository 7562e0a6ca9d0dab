// SPDX-License-Identifier: BSD-3-Clause
// What the file of this very program tells about a privilege that exec did not give.
#pragma once

#include "core/failure.h"

namespace uidmap {

// Of a run that started without privilege, though neither no_new_privs nor the bounding set was the cause: it is
// being traced (kTracedAtExec), its file system is mounted nosuid (kNosuidMount, with the file's path), its setuid
// bit does not count here (kMarkWithoutEffect), or it has lost its mark (kNoPrivilege). Looks only, as the caller.
[[nodiscard]] Failure WhyExecGaveNothing();

}  // namespace uidmap
