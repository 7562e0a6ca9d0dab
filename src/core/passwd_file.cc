// SPDX-License-Identifier: BSD-3-Clause
#include "core/passwd_file.h"

#include <algorithm>
#include <cstdint>

#include "core/decimal.h"
#include "core/fields.h"

namespace uidmap {

std::optional<PasswdEntry> ParsePasswdLine(std::string_view line) {
  constexpr std::ptrdiff_t kColons = 6;
  line = WithoutBlanks(line);  // as libc does
  if (line.empty() || line.front() == '#' || line.front() == '+' || line.front() == '-') return std::nullopt;
  if (std::count(line.begin(), line.end(), ':') != kColons) return std::nullopt;
  const std::string_view name = TakeField(line);
  [[maybe_unused]] const std::string_view password = TakeField(line);
  const auto uid = ParseDecimal(TakeField(line), kLargestId);
  const auto gid = ParseDecimal(TakeField(line), kLargestId);
  if (name.empty() || !uid || !gid) return std::nullopt;
  return PasswdEntry{name, Uid{static_cast<std::uint32_t>(*uid)}, Gid{static_cast<std::uint32_t>(*gid)}};
}

}  // namespace uidmap
