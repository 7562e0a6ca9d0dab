// SPDX-License-Identifier: BSD-3-Clause
#include "core/id_ranges.h"

#include <algorithm>

namespace uidmap {
namespace {

// True if `a` ends below `b` with at least one id between them, so that the two cannot become one range.
bool EndsBefore(const IdRange& a, const IdRange& b) { return std::uint64_t{a.last} + 1 < b.first; }

}  // namespace

bool IdRanges::Add(IdRange range) {
  const auto begin = ranges_.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(size_);
  const auto first_joined = std::lower_bound(begin, end, range, EndsBefore);
  const auto after_joined = std::upper_bound(first_joined, end, range, EndsBefore);
  if (first_joined == after_joined) {
    if (size_ == kCapacity) return false;
    std::move_backward(first_joined, end, end + 1);
    *first_joined = range;
    ++size_;
    return true;
  }
  first_joined->first = std::min(first_joined->first, range.first);
  first_joined->last = std::max((after_joined - 1)->last, range.last);
  std::move(after_joined, end, first_joined + 1);
  size_ -= static_cast<std::size_t>(after_joined - first_joined) - 1;
  return true;
}

std::uint32_t IdRanges::FirstMissing(IdRange wanted) const {
  for (const IdRange& range : view()) {
    if (range.first <= wanted.first && wanted.first <= range.last) return range.last + 1;
  }
  return wanted.first;
}

// Without the ranges that end below `wanted`, which cannot matter.
bool IdRanges::Hold(IdRange wanted) const {
  const auto end = ranges_.begin() + static_cast<std::ptrdiff_t>(size_);
  const auto passed = std::lower_bound(ranges_.begin(), end, wanted, EndsBefore) - ranges_.begin();
  const std::span<const IdRange> rest = view().subspan(static_cast<std::size_t>(passed));
  return cover_holds(rest.data(), rest.size(), wanted);
}

bool IdRanges::Touch(IdRange range) const {
  const auto end = ranges_.begin() + static_cast<std::ptrdiff_t>(size_);
  const auto touched = std::lower_bound(ranges_.begin(), end, range, EndsBefore);
  return touched != end && !EndsBefore(range, *touched);
}

}  // namespace uidmap
