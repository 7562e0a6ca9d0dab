// SPDX-License-Identifier: BSD-3-Clause
#include "core/parent_map.h"

#include <algorithm>
#include <cstdint>

#include "core/decimal.h"
#include "core/fields.h"

namespace uidmap {
namespace {

// The kernel pads the numbers with blanks.
std::string_view TakeNumber(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return TakeField(rest, ' ');
}

}  // namespace

ParentMap ParentMap::Whole() {
  ParentMap map;
  map.pieces_[map.size_++] = {0, kLargestId};
  return map;
}

bool ParentMap::TakeLine(std::string_view line) {
  const auto here = ParseDecimal(TakeNumber(line), kLargestId);
  const auto above = ParseDecimal(TakeNumber(line), kLargestId);
  const auto count = ParseDecimal(TakeNumber(line), kNoId);
  if (!here || !above || !count || *count == 0 || !line.empty() || *here + *count > kNoId) return false;
  if (size_ == pieces_.size()) return false;
  pieces_[size_++] = {static_cast<std::uint32_t>(*here), static_cast<std::uint32_t>(*here + *count - 1)};
  return true;
}

}  // namespace uidmap
