// SPDX-License-Identifier: BSD-3-Clause
// For administrators: what is wrong with the files that say which ids belong to whom.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/finding.h"

namespace uidmap {

struct LintReport {
  std::vector<Finding> findings;  // for each check in turn; what is in order is there as kOk
  std::string failure;            // a sentence if a file could not be looked at: then nothing is known. Else empty
};

// Looks at etc/subuid, etc/subgid and at the accounts, login.defs and nsswitch.conf beside them below `root`, and at
// nothing outside: symbolic links lead no further than `root`. Of findings that are alike the first are told, then
// how many more there are. Calls `progress` now and then with the part that is done, from 0 to 1.
[[nodiscard]] LintReport Lint(const std::string& root, const std::function<void(double)>& progress);

}  // namespace uidmap
