// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_lines.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/lines.h"
#include "core/subid_file.h"
#include "tools/words.h"

namespace uidmap {
namespace {

// A uid, or a name that an account could have; + and - begin entries for NIS (core/passwd_file.h).
bool CouldOwn(std::string_view owner) {
  if (IsAllDigits(owner)) return ParseDecimal(owner, kLargestId).has_value();
  return !owner.empty() && owner.front() != '+' && owner.front() != '-';
}

struct Fault {
  LintCheck check;
  std::string why;
};

// Why `line`, which grants nothing to anybody, does not.
Fault FaultOf(std::string_view line) {
  if (line.size() > kLongestLine) return {LintCheck::kMalformed, "is longer than 1023 bytes"};
  if (std::count(line.begin(), line.end(), ':') != 2) {
    return {LintCheck::kMalformed, Sentence("does not have the form owner:first:count: ", Quoted(line))};
  }
  const std::string_view owner = TakeField(line);
  const std::string_view first = TakeField(line);
  if (!CouldOwn(owner)) return {LintCheck::kMalformed, Sentence("has an owner that nobody can be: ", Quoted(owner))};
  if (ParseDecimal(line, 0)) return {LintCheck::kZeroCount, "has a count of 0"};
  for (const std::string_view number : {first, line}) {
    if (!IsPlainDecimal(number)) {
      return {LintCheck::kMalformed, Sentence("has ", Quoted(number), " where a plain decimal number must be")};
    }
  }
  return {LintCheck::kOverflow, Sentence("goes past the last id, 4294967295: ", first, " and ", line, " ids")};
}

bool IsRemark(std::string_view line) { return WithoutBlanks(line).empty() || line.front() == '#'; }

}  // namespace

std::uint32_t RangeHolders::AddHolder(std::string_view spelling) {
  RangeHolder holder{.spelling = spelling, .uid = {}, .account = {}};
  if (IsAllDigits(spelling)) {
    holder.uid = static_cast<std::uint32_t>(*ParseDecimal(spelling, kLargestId));
  } else {
    holder.uid = accounts_.UidOf(spelling);
  }
  if (holder.uid) holder.account = accounts_.NameOf(*holder.uid);
  const auto number = static_cast<std::uint32_t>(holders_.size());
  if (holder.uid) {
    const std::size_t hash = HashOf(*holder.uid);
    const std::uint32_t known = by_uid_.Find(hash, [&](auto i) { return holders_[i].uid == holder.uid; });
    if (known != FlatIndex::kNone) return known;
    by_uid_.Add(hash, number);
  }
  holders_.push_back(holder);
  return number;
}

std::uint32_t RangeHolders::NumberOf(std::string_view spelling) {
  const std::size_t hash = HashOf(spelling);
  const std::uint32_t known = by_spelling_.Find(hash, [&](auto i) { return spellings_[i].first == spelling; });
  if (known != FlatIndex::kNone) return spellings_[known].second;
  const std::uint32_t number = AddHolder(spelling);
  by_spelling_.Add(hash, static_cast<std::uint32_t>(spellings_.size()));
  spellings_.emplace_back(spelling, number);
  return number;
}

std::vector<GrantLine> ReadGrantLines(std::string_view text, MapKind kind, const std::string& path,
                                      RangeHolders& holders, FindingsOfFile& findings,
                                      const std::function<void(double)>& progress) {
  constexpr std::uint32_t kLinesBetweenProgress = 1 << 15;
  const std::size_t size = text.size();
  std::vector<GrantLine> grants;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeField(text, '\n');
    if (number % kLinesBetweenProgress == 0)
      progress(1 - static_cast<double>(text.size()) / static_cast<double>(size));
    if (IsRemark(line)) continue;
    std::string_view rest = line;
    const std::string_view owner = TakeField(rest);
    const auto range = line.size() > kLongestLine || !CouldOwn(owner) ? std::nullopt : GrantOfLine(line);
    if (range) {
      const std::uint32_t holder = holders.NumberOf(owner);
      RangeHolder::InFile& held = holders[holder].in_file[static_cast<std::size_t>(kind)];
      if (held.lines++ == 0) held.first_line = number;
      held.ids += std::uint64_t{range->last} - range->first + 1;
      grants.push_back({*range, holder, number});
    } else {
      const Fault fault = FaultOf(line);
      findings.Add(fault.check, [&] {
        return std::pair(Sentence(findings.file(), ":", number, ": the line ", fault.why, "; it grants nothing"),
                         Sentence("vi +", number, " ", ShellWord(path)));
      });
    }
  }
  return grants;
}

}  // namespace uidmap
