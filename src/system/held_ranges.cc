// SPDX-License-Identifier: BSD-3-Clause
#include "system/held_ranges.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/attributes.h"
#include "core/id_ranges.h"
#include "core/key_search.h"
#include "core/subid_file.h"
#include "system/config_file.h"

namespace uidmap {
namespace {

// Ranges that touch count as one. More than there is room for are left out.
Result<void> ReadHeldRanges(const MapKindRow& row, const Caller& caller, IdRanges& held) {
  const SubidOwner owner(caller);
  TRY(ForEachLine(row.grant_file, caller.uid, [&](std::string_view line) -> Result<void> {
    const std::string_view name = line.substr(0, line.find(':'));
    const auto spellings = owner.spellings();
    if (std::find(spellings.begin(), spellings.end(), name) == spellings.end()) return {};
    if (const auto range = GrantOfLine(line)) [[maybe_unused]]
      const bool has_room = held.Add(*range);
    return {};
  }));
  return {};
}

std::uint64_t DistanceOf(const IdRange& range, std::uint64_t id) {
  if (id < range.first) return range.first - id;
  return id > range.last ? id - range.last : 0;
}

void Describe(std::span<const IdRange> held, std::uint64_t missing, BoundedText<120>& text) {
  if (held.empty()) return text.Append("nothing");
  const auto nearest = std::min_element(held.begin(), held.end(), [&](const IdRange& a, const IdRange& b) {
    return DistanceOf(a, missing) < DistanceOf(b, missing);
  });
  text.AppendDecimal(nearest->first);
  text.Append(" to ");
  text.AppendDecimal(nearest->last);
  if (held.size() == 1) return;
  text.Append(", and ");
  text.AppendDecimal(held.size() - 1);
  text.Append(held.size() == 2 ? " other range" : " other ranges");
}

}  // namespace

Failure NameHeldRanges(const MapKindRow& row, const Caller& caller, Failure refusal) {
  const bool is_about_file =
      refusal.reason == Reason::kRangeNotGranted || refusal.reason == Reason::kRangeNotGrantedToUid;
  if (!is_about_file) return refusal;
  UIDMAP_UNINITIALIZED IdRanges held;
  if (const Result<void> read = ReadHeldRanges(row, caller, held); !read.has_value()) {
    refusal.said.Append("not readable any more");
    return refusal;
  }
  constexpr std::size_t kFirstMissing = 6;  // as the rows of these reasons have it
  Describe(held.view(), refusal.numbers[kFirstMissing], refusal.said);
  return refusal;
}

}  // namespace uidmap
