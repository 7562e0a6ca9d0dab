// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "tools/lint_report.h"
#include "tools/lint_root.h"

namespace uidmap {

// Whether everybody but root can read `file`, and nobody but root can write it. newuidmap refuses one that its caller
// could write or cannot read (system/config_file.h).
void CheckFile(const FileBelowRoot& file, const std::string& path, FindingsOfFile& findings);

}  // namespace uidmap
