// SPDX-License-Identifier: BSD-3-Clause
#include "core/subid_file.h"

#include <algorithm>
#include <cstdint>

#include "core/decimal.h"
#include "core/fields.h"

namespace uidmap {

SubidOwner::SubidOwner(std::optional<Uid> uid, const AccountNames& names) {
  if (uid) {
    uid_in_decimal_.AppendDecimal(uid->value);
    spellings_[size_++] = uid_in_decimal_.view();
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!IsAllDigits(names[i])) spellings_[size_++] = names[i];
  }
}

bool SubidOwner::Owns(std::string_view line) const {
  const std::string_view owner = TakeField(line);
  return std::find(spellings().begin(), spellings().end(), owner) != spellings().end();
}

std::optional<IdRange> GrantOfLine(std::string_view line) {
  [[maybe_unused]] const std::string_view owner = TakeField(line);
  const auto first = ParseDecimal(TakeField(line), kNoId);
  const auto count = ParseDecimal(line, kNoId);  // the rest: a fourth field makes it no number
  if (!first || !count || *count == 0) return std::nullopt;
  const std::uint64_t last = *first + *count - 1;
  if (last > kNoId) return std::nullopt;
  return IdRange{static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(last)};
}

}  // namespace uidmap
