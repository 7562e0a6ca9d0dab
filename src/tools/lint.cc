// SPDX-License-Identifier: BSD-3-Clause
// The order of the checks.
#include "tools/lint.h"

#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "tools/lint_accounts.h"
#include "tools/lint_file.h"
#include "tools/lint_lines.h"
#include "tools/lint_owners.h"
#include "tools/lint_ranges.h"
#include "tools/lint_report.h"
#include "tools/lint_root.h"
#include "tools/words.h"

namespace uidmap {
namespace {

using Progress = std::function<void(double)>;

constexpr LintCheck kChecksOfGrants[] = {LintCheck::kFile,         LintCheck::kMalformed,  LintCheck::kZeroCount,
                                         LintCheck::kOverflow,     LintCheck::kOwner,      LintCheck::kOverlap,
                                         LintCheck::kDuplicate,    LintCheck::kAccountIds, LintCheck::kSystemIds,
                                         LintCheck::kDirectoryIds, LintCheck::kMapSize,    LintCheck::kMatch};
constexpr LintCheck kChecksOfOthers[] = {LintCheck::kFile};
constexpr LintCheck kChecksOfNames[] = {LintCheck::kDigitNames};

// A file that says who is who, or which services know it: its text, and what is wrong with owner and mode.
std::string ReadOther(const LintRoot& root, const std::string& name, std::vector<Finding>& findings) {
  const auto found = root.Read("etc/" + name);
  if (!found) return {};
  FindingsOfFile of_file(name);
  CheckFile(*found, root.PathOf("etc/" + name), of_file);
  of_file.AppendTo(findings, kChecksOfOthers);
  return found->text;
}

// Both files, in memory as long as anything in them is named.
class GrantFiles {
 public:
  GrantFiles(const LintRoot& root, const LintAccounts& accounts) : accounts_(accounts), holders_(accounts) {
    for (const MapKindRow& row : kMapKinds) {
      const std::string path = std::string(row.grant_file).substr(1);
      texts_.push_back(root.Read(path));
      files_.push_back({row.kind, root.PathOf(path), {}, FindingsOfFile(path.substr(path.rfind('/') + 1))});
    }
  }

  // Each file is half of the work.
  void CheckAll(const Progress& progress) {
    for (LintedFile& file : files_) {
      const auto& text = texts_[static_cast<std::size_t>(file.kind)];
      if (!text) continue;
      const double done = file.kind == MapKind::kUid ? 0 : 0.5;
      CheckFile(*text, file.path, file.findings);
      file.grants = ReadGrantLines(text->text, file.kind, file.path, holders_, file.findings,
                                   [&](double part) { progress(done + part / 4); });
      progress(done + 0.25);
      CheckOverlaps(file, holders_);
      CheckAccountIds(file, holders_, accounts_);
      CheckSystemIds(file, holders_, accounts_);
      CheckDirectoryIds(file, accounts_);
      progress(done + 0.5);
    }
    for (LintedFile& file : files_) {
      CheckOwners(file, holders_, accounts_);
      CheckMapSize(file, holders_);
    }
    CheckMatch(files_[0], files_[1], holders_);
    CheckMatch(files_[1], files_[0], holders_);
  }

  void AppendTo(std::vector<Finding>& findings) const {
    for (const LintedFile& file : files_) {
      const bool is_there = texts_[static_cast<std::size_t>(file.kind)].has_value();
      file.findings.AppendTo(findings, std::span(kChecksOfGrants).first(is_there ? std::size(kChecksOfGrants) : 0));
      if (is_there) continue;
      findings.push_back({Severity::kWarning, "file",
                          Sentence(file.findings.file(), ": there is no such file, so nobody has ",
                                   RowOf(file.kind).id_word, "s in files"),
                          Sentence("touch ", ShellWord(file.path))});
    }
  }

 private:
  const LintAccounts& accounts_;
  RangeHolders holders_;
  std::vector<std::optional<FileBelowRoot>> texts_;
  std::vector<LintedFile> files_;
};

std::vector<Finding> LintBelow(const LintRoot& root, const Progress& progress) {
  std::vector<Finding> findings;
  std::string passwd = ReadOther(root, "passwd", findings);
  std::string group = root.Read("etc/group").value_or(FileBelowRoot()).text;
  const std::string login_defs = ReadOther(root, "login.defs", findings);
  const std::string nsswitch = ReadOther(root, "nsswitch.conf", findings);
  const LintAccounts accounts(std::move(passwd), std::move(group), login_defs, nsswitch);
  FindingsOfFile names("passwd");
  CheckDigitNames(names, accounts);
  names.AppendTo(findings, kChecksOfNames);
  GrantFiles files(root, accounts);
  files.CheckAll(progress);
  files.AppendTo(findings);
  progress(1);
  return findings;
}

}  // namespace

LintReport Lint(const std::string& root, const Progress& progress) {
  try {
    return {LintBelow(LintRoot(root), progress), {}};
  } catch (const std::runtime_error& error) {
    return {{}, error.what()};
  }
}

}  // namespace uidmap
