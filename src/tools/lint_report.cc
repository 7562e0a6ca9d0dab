// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_report.h"

#include <algorithm>
#include <iterator>

#include "tools/words.h"

namespace uidmap {
namespace {

struct CheckRow {
  LintCheck check;
  Severity severity;
  std::string_view name;  // stable
  std::string_view ok;
  std::string_view more;  // follows a number
};

constexpr CheckRow kRows[] = {
    {LintCheck::kFile, Severity::kProblem, "file", "owner and mode are safe", "more faults of owner and mode"},
    {LintCheck::kMalformed, Severity::kProblem, "malformed", "no line is malformed", "more lines are malformed"},
    {LintCheck::kZeroCount, Severity::kProblem, "zero-count", "no count is 0", "more counts are 0"},
    {LintCheck::kOverflow, Severity::kProblem, "overflow", "no range goes past the last id",
     "more ranges go past the last id"},
    {LintCheck::kOwner, Severity::kWarning, "owner", "every owner has an account", "more owners have no account"},
    {LintCheck::kOverlap, Severity::kProblem, "overlap", "no ranges of different users overlap",
     "more overlaps between different users"},
    {LintCheck::kDuplicate, Severity::kWarning, "duplicate", "nobody has an id twice",
     "more overlaps between ranges of one user"},
    {LintCheck::kAccountIds, Severity::kProblem, "account-ids", "no range contains the id of an account or group",
     "more ids of accounts or groups are in ranges"},
    {LintCheck::kSystemIds, Severity::kWarning, "system-ids", "no range contains ids that others give out",
     "more ranges contain ids that others give out"},
    {LintCheck::kDirectoryIds, Severity::kWarning, "directory-ids",
     "no directory service could give out ids that are in ranges",
     "more ranges contain ids that a directory service could give out"},
    {LintCheck::kMapSize, Severity::kWarning, "map-size", "nobody has more ranges than a map can have",
     "more users have more ranges than a map can have"},
    {LintCheck::kMatch, Severity::kWarning, "match", "everybody has as many uids as gids",
     "more users have other uids than gids"},
    {LintCheck::kDigitNames, Severity::kWarning, "digit-names", "no user has a name that looks like a uid",
     "more users have a name that looks like a uid"},
};

constexpr bool RowsFollowTheEnum() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].check != static_cast<LintCheck>(i)) return false;
  }
  return std::size(kRows) == static_cast<std::size_t>(LintCheck::kCount);
}
static_assert(RowsFollowTheEnum());

const CheckRow& RowOf(LintCheck check) { return kRows[static_cast<std::size_t>(check)]; }

}  // namespace

Severity FindingsOfFile::SeverityOf(LintCheck check) { return RowOf(check).severity; }

std::string FindingsOfFile::NameOf(LintCheck check) { return std::string(RowOf(check).name); }

void FindingsOfFile::AppendTo(std::vector<Finding>& findings, std::span<const LintCheck> applied) const {
  for (const CheckRow& row : kRows) {
    const Bucket& bucket = buckets_[static_cast<std::size_t>(row.check)];
    const bool is_applied = std::find(applied.begin(), applied.end(), row.check) != applied.end();
    if (bucket.shown.empty() && is_applied) {
      findings.push_back({Severity::kOk, std::string(row.name), Sentence(file_, ": ", row.ok), {}});
    }
    findings.insert(findings.end(), bucket.shown.begin(), bucket.shown.end());
    if (bucket.hidden > 0) {
      findings.push_back(
          {row.severity, std::string(row.name), Sentence(file_, ": ", bucket.hidden, " ", row.more), {}});
    }
  }
}

}  // namespace uidmap
