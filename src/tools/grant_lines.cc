// SPDX-License-Identifier: BSD-3-Clause
#include "tools/grant_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string_view>

#include "core/lines.h"
#include "core/passwd_file.h"
#include "core/subid_file.h"
#include "tools/words.h"

namespace uidmap {
namespace {

// What an account has is not free, whoever may map it (CVE-2024-56433).
std::uint64_t BehindAccounts() {
  std::uint64_t first = 0;
  std::ifstream accounts("/etc/passwd");
  for (std::string line; std::getline(accounts, line);) {
    const auto entry = ParsePasswdLine(line);
    if (entry)
      first = std::max({first, std::uint64_t{entry->uid.value} + 1, std::uint64_t{entry->primary_group.value} + 1});
  }
  return first;
}

}  // namespace

std::vector<std::string> FindGrantLines(const MapKindRow& row, const Caller& caller, IdRange wanted) {
  std::vector<std::string> lines;
  const SubidOwner owner(caller);
  IdRanges found;
  std::ifstream file(row.grant_file);
  std::string line;
  for (std::size_t number = 1; std::getline(file, line) && !found.Hold(wanted); ++number) {
    const auto range = line.size() <= kLongestLine && owner.Owns(line) ? GrantOfLine(line) : std::nullopt;
    if (!range || range->last < wanted.first || range->first > wanted.last) continue;
    if (!found.Add(*range)) break;
    lines.push_back(fmt::format("line {}, {}", number, Quoted(line)));
  }
  return lines;
}

std::optional<IdRange> FindFreeRange(const MapKindRow& row, std::uint32_t count) {
  constexpr std::uint64_t kLowest = 100000;  // login.defs(5): SUB_UID_MIN
  std::uint64_t first = std::max(kLowest, BehindAccounts());
  std::ifstream file(row.grant_file);
  for (std::string line; std::getline(file, line);) {
    if (const auto range = GrantOfLine(line)) first = std::max(first, std::uint64_t{range->last} + 1);
  }
  if (first + count - 1 > kLargestId) return std::nullopt;
  return IdRange{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(first + count - 1)};
}

}  // namespace uidmap
