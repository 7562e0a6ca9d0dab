// SPDX-License-Identifier: BSD-3-Clause
#include "core/subid_file.h"

#include <cstdint>

#include "core/decimal.h"
#include "core/fields.h"

namespace uidmap {
namespace {

std::optional<IdRange> ParseRange(std::string_view first_text, std::string_view count_text) {
  const auto first = ParseDecimal(first_text, kNoId);
  const auto count = ParseDecimal(count_text, kNoId);
  if (!first || !count || *count == 0) return std::nullopt;
  const std::uint64_t last = *first + *count - 1;
  if (last > kNoId) return std::nullopt;
  return IdRange{static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(last)};
}

}  // namespace

SubidOwner::SubidOwner(const Caller& caller) : caller_(caller) { uid_in_decimal_.AppendDecimal(caller.uid.value); }

bool SubidOwner::Is(std::string_view owner) const {
  if (owner.empty() || owner.front() == '+' || owner.front() == '-') return false;
  return IsAllDigits(owner) ? owner == uid_in_decimal_.view() : caller_.names.Contain(owner);
}

std::optional<IdRange> SubidOwner::GrantedBy(std::string_view line) const {
  const std::string_view owner = TakeField(line);
  if (!Is(owner)) return std::nullopt;
  const std::string_view first = TakeField(line);
  return ParseRange(first, line);  // a fourth field makes the count no number
}

}  // namespace uidmap
