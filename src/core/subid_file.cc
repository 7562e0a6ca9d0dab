// SPDX-License-Identifier: BSD-3-Clause
#include "core/subid_file.h"

#include <cstdint>

#include "core/decimal.h"
#include "core/fields.h"

namespace uidmap {

SubidOwner::SubidOwner(const Caller& caller) {
  uid_in_decimal_.AppendDecimal(caller.uid.value);
  spellings_[size_++] = uid_in_decimal_.view();
  for (std::size_t i = 0; i < caller.names.size(); ++i) {
    if (!IsAllDigits(caller.names[i])) spellings_[size_++] = caller.names[i];
  }
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
