// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_owners.h"

#include <utility>

#include "core/decimal.h"
#include "core/extents.h"
#include "tools/words.h"

namespace uidmap {
namespace {

// The holders of ranges in `file`, in the order of their first lines.
std::vector<const RangeHolder*> HoldersIn(const LintedFile& file, const RangeHolders& holders) {
  std::vector<const RangeHolder*> in_file;
  for (const RangeHolder& holder : holders.all()) {
    if (holder.In(file.kind).lines > 0) in_file.push_back(&holder);
  }
  return in_file;
}

std::string IdsOf(const RangeHolder& holder, MapKind kind) {
  return Sentence(holder.In(kind).ids, " ", RowOf(kind).id_word, "s");
}

// Empty without a name, where the terminal would take it for something else, and for files of another root, which the
// command would not look at.
std::string Command(const LintedFile& file, std::string_view command, std::string_view name) {
  if (file.path != RowOf(file.kind).grant_file) return {};
  const std::string word = name.empty() ? std::string() : ShellWord(name);
  return word.empty() ? word : Sentence(command, word);
}

}  // namespace

void CheckOwners(LintedFile& file, const RangeHolders& holders, const LintAccounts& accounts) {
  for (const RangeHolder* const holder : HoldersIn(file, holders)) {
    if (!holder->account.empty()) continue;
    file.findings.Add(LintCheck::kOwner, [&] {
      std::string sentence =
          Sentence(file.findings.file(), ":", holder->In(file.kind).first_line, ": no account in passwd ",
                   holder->uid ? "has uid " : "is called ", Quoted(holder->spelling));
      if (!accounts.directories().empty()) sentence += Sentence("; ", accounts.directories(), " was not asked");
      return std::pair(sentence, Command(file, "getent passwd ", holder->spelling));
    });
  }
}

void CheckMapSize(LintedFile& file, const RangeHolders& holders) {
  for (const RangeHolder* const holder : HoldersIn(file, holders)) {
    if (holder->In(file.kind).lines <= kMaxExtents) continue;
    file.findings.Add(LintCheck::kMapSize, [&] {
      return std::pair(Sentence(file.findings.file(), ": ", Quoted(holder->spelling), " has ",
                                holder->In(file.kind).lines, " lines; the kernel takes ", kMaxExtents,
                                " ranges in one map, and many programs ask "
                                "for all that there are"),
                       std::string());
    });
  }
}

void CheckMatch(LintedFile& file, const LintedFile& other, const RangeHolders& holders) {
  for (const RangeHolder* const holder : HoldersIn(other, holders)) {
    const RangeHolder::InFile& here = holder->In(file.kind);
    const RangeHolder::InFile& there = holder->In(other.kind);
    if (here.ids >= there.ids) continue;
    file.findings.Add(LintCheck::kMatch, [&] {
      return std::pair(
          Sentence(file.findings.file(), ": ", Quoted(holder->spelling), " has ", IdsOf(*holder, file.kind),
                   " here and ", IdsOf(*holder, other.kind), " in ", other.findings.file(),
                   there.lines == 1 ? ", line " : ", from line ", there.first_line, there.lines == 1 ? "" : " on"),
          Command(file, Sentence("usermod --add-sub", RowOf(file.kind).id_word, "s FIRST-LAST "), holder->account));
    });
  }
}

void CheckDigitNames(FindingsOfFile& findings, const LintAccounts& accounts) {
  for (const PasswdEntry& user : accounts.users()) {
    if (!IsAllDigits(user.name)) continue;
    findings.Add(LintCheck::kDigitNames, [&] {
      return std::pair(Sentence(findings.file(), ": the user ", Quoted(user.name), " has uid ", user.uid.value,
                                "; ranges of ", Quoted(user.name),
                                " are those of the uid with that number, so his own "
                                "must be given to ",
                                user.uid.value),
                       std::string());
    });
  }
}

}  // namespace uidmap
