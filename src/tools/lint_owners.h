// SPDX-License-Identifier: BSD-3-Clause
// Whether those who hold ranges can use them.
#pragma once

#include "tools/lint_accounts.h"
#include "tools/lint_lines.h"
#include "tools/lint_ranges.h"

namespace uidmap {

// Owners without an account.
void CheckOwners(LintedFile& file, const RangeHolders& holders, const LintAccounts& accounts);

// Owners with more lines than one map can have.
void CheckMapSize(LintedFile& file, const RangeHolders& holders);

// Owners who have uids and no gids, or the reverse, or more of one than of the other: `file` is where the lack is.
void CheckMatch(LintedFile& file, const LintedFile& other, const RangeHolders& holders);

// Accounts whose name is a number, which owns nothing.
void CheckDigitNames(FindingsOfFile& findings, const LintAccounts& accounts);

}  // namespace uidmap
