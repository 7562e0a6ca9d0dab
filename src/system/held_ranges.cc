// SPDX-License-Identifier: BSD-3-Clause
#include "system/held_ranges.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/id_ranges.h"
#include "system/grant_file.h"

namespace uidmap {
namespace {

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
  constinit static IdRanges held;
  held.Clear();
  if (const Result<void> read = ReadHeldRanges(row, caller, held); !read.has_value()) {
    refusal.said.Append("not readable any more");
    return refusal;
  }
  constexpr std::size_t kFirstMissing = 6;  // as the rows of these reasons have it
  Describe(held.view(), refusal.numbers[kFirstMissing], refusal.said);
  return refusal;
}

}  // namespace uidmap
