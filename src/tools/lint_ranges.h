// SPDX-License-Identifier: BSD-3-Clause
// Whose ids are in the ranges of one file.
#pragma once

#include <string>
#include <vector>

#include "core/map_kind.h"
#include "tools/lint_accounts.h"
#include "tools/lint_lines.h"
#include "tools/lint_report.h"

namespace uidmap {

// One file and what was found in it.
struct LintedFile {
  MapKind kind;
  std::string path;  // for commands
  std::vector<GrantLine> grants;
  FindingsOfFile findings;
};

// Ranges that share ids, of different users and of one; orders the grants by their first id.
void CheckOverlaps(LintedFile& file, const RangeHolders& holders);

// For grants that are ordered: ids that accounts have, that others give out, and that a directory could give out.
void CheckAccountIds(LintedFile& file, const RangeHolders& holders, const LintAccounts& accounts);
void CheckSystemIds(LintedFile& file, const RangeHolders& holders, const LintAccounts& accounts);
void CheckDirectoryIds(LintedFile& file, const LintAccounts& accounts);

}  // namespace uidmap
