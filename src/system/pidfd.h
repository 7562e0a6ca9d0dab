// SPDX-License-Identifier: BSD-3-Clause
// From a pidfd to the number that its process has in /proc.
#pragma once

#include <optional>

#include "core/result.h"

namespace uidmap {

// The process id that /proc gives the process of `descriptor`; none if that is no pidfd. Fails with kTargetGone, or
// with kPidfdOfElsewhere if /proc is of a pid namespace that does not have the process. The number may belong to
// another process by the time it is used: open what it leads to, then see HasEnded.
[[nodiscard]] Result<std::optional<int>> ProcessOfPidfd(int descriptor);

// True if the process of `pidfd` has ended. If it has not, its number was its own all the time.
[[nodiscard]] bool HasEnded(int pidfd);

}  // namespace uidmap
