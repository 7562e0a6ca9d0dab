// SPDX-License-Identifier: BSD-3-Clause
// What nsswitch.conf(5) says about the two databases that matter here.
#pragma once

#include <string_view>

#include "core/result.h"

namespace uidmap {

// Judges one line (without newline). Fails with kPasswdSourceUnsupported or kSubidSourceUnsupported if the line
// names another first source than plain "files" for passwd or subid: then /etc/passwd or the subid files
// are not the authority, and taking them for it would move the authority to whoever keeps them.
[[nodiscard]] Result<void> CheckNsswitchLine(std::string_view line);

}  // namespace uidmap
