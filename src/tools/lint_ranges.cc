// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_ranges.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "tools/words.h"

namespace uidmap {
namespace {

bool Share(const IdRange& a, const IdRange& b) { return a.first <= b.last && b.first <= a.last; }

bool ReachesFurther(const GrantLine* a, const GrantLine* b) { return b == nullptr || a->range.last > b->range.last; }

std::string Ids(const IdRange& range) { return Sentence(range.first, " to ", range.last); }

std::string Place(const LintedFile& file, std::uint32_t line) {
  return Sentence(file.findings.file(), ":", line, ": ");
}

std::string Edit(const LintedFile& file, std::uint32_t line) {
  return Sentence("vi +", line, " ", ShellWord(file.path));
}

std::string OwnerOf(const GrantLine& grant, const RangeHolders& holders) {
  return Quoted(holders.all()[grant.holder].spelling);
}

void AddOverlap(LintedFile& file, const RangeHolders& holders, const GrantLine& a, const GrantLine& b) {
  const auto& [earlier, later] = a.line < b.line ? std::pair(a, b) : std::pair(b, a);
  file.findings.Add(LintCheck::kOverlap, [&, earlier = earlier, later = later] {
    const IdRange shared = {std::max(a.range.first, b.range.first), std::min(a.range.last, b.range.last)};
    return std::pair(
        Sentence(Place(file, later.line), Ids(shared), " are of ", OwnerOf(later, holders), " and, by line ",
                 earlier.line, ", of ", OwnerOf(earlier, holders), ", who can reach each other's files"),
        Edit(file, later.line));
  });
}

void AddDuplicate(LintedFile& file, const RangeHolders& holders, const GrantLine& a, const GrantLine& b) {
  file.findings.Add(LintCheck::kDuplicate, [&] {
    const auto lines = std::minmax(a.line, b.line);
    const bool same = a.range.first == b.range.first && a.range.last == b.range.last;
    return std::pair(Sentence(Place(file, lines.second), "the range of ", OwnerOf(a, holders),
                              same ? " stands in line " : " overlaps with that of line ", lines.first,
                              same ? " already" : "; the kernel takes no map that names an id twice"),
                     Edit(file, lines.second));
  });
}

}  // namespace

// Each range is compared with the range before it that reaches furthest, and with the one of another user that does:
// if it shares ids with any, then with one of these two.
void CheckOverlaps(LintedFile& file, const RangeHolders& holders) {
  std::vector<GrantLine>& grants = file.grants;
  std::sort(grants.begin(), grants.end(), [](const GrantLine& a, const GrantLine& b) {
    return std::pair(a.range.first, a.line) < std::pair(b.range.first, b.line);
  });
  const GrantLine* furthest = nullptr;
  const GrantLine* furthest_of_other = nullptr;  // than the holder of `furthest`
  for (const GrantLine& grant : grants) {
    for (const GrantLine* const before : {furthest, furthest_of_other}) {
      if (before == nullptr || !Share(before->range, grant.range)) continue;
      if (before->holder == grant.holder)
        AddDuplicate(file, holders, *before, grant);
      else
        AddOverlap(file, holders, *before, grant);
    }
    if (ReachesFurther(&grant, furthest)) {
      if (furthest != nullptr && furthest->holder != grant.holder) furthest_of_other = furthest;
      furthest = &grant;
    } else if (grant.holder != furthest->holder && ReachesFurther(&grant, furthest_of_other)) {
      furthest_of_other = &grant;
    }
  }
}

void CheckAccountIds(LintedFile& file, const RangeHolders& holders, const LintAccounts& accounts) {
  auto grant = file.grants.begin();
  const GrantLine* furthest = nullptr;  // of those that begin at or below the id
  for (const OwnedId& owned : accounts.OwnedIds(file.kind)) {
    for (; grant != file.grants.end() && grant->range.first <= owned.id; ++grant) {
      if (ReachesFurther(&*grant, furthest)) furthest = &*grant;
    }
    if (furthest == nullptr || furthest->range.last < owned.id) continue;
    file.findings.Add(LintCheck::kAccountIds, [&] {
      return std::pair(
          Sentence(Place(file, furthest->line), OwnerOf(*furthest, holders), " may become ", RowOf(file.kind).id_word,
                   " ", owned.id, ", which the ", owned.what, " ", Quoted(owned.name), " has"),
          Edit(file, furthest->line));
    });
  }
}

void CheckSystemIds(LintedFile& file, const RangeHolders& holders, const LintAccounts& accounts) {
  for (const GrantLine& grant : file.grants) {
    for (const ReservedIds& reserved : accounts.Reserved(file.kind)) {
      if (!Share(grant.range, reserved.ids)) continue;
      file.findings.Add(LintCheck::kSystemIds, [&] {
        return std::pair(Sentence(Place(file, grant.line), Ids(grant.range), " of ", OwnerOf(grant, holders),
                                  " have in them ", reserved.what),
                         Edit(file, grant.line));
      });
      break;
    }
  }
}

void CheckDirectoryIds(LintedFile& file, const LintAccounts& accounts) {
  if (accounts.directories().empty() || file.grants.empty()) return;
  file.findings.Add(LintCheck::kDirectoryIds, [&] {
    const auto& last = *std::max_element(file.grants.begin(), file.grants.end(),
                                         [](const auto& a, const auto& b) { return a.range.last < b.range.last; });
    const IdRange all = {file.grants.front().range.first, last.range.last};
    return std::pair(Sentence(file.findings.file(), ": nsswitch.conf has ", accounts.directories(),
                              " for passwd; make sure that it gives nobody an id from ", Ids(all),
                              ", since who may map it could act as that user (CVE-2024-56433)"),
                     Sentence("getent ", file.kind == MapKind::kUid ? "passwd " : "group ", all.first));
  });
}

}  // namespace uidmap
