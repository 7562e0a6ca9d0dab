// SPDX-License-Identifier: BSD-3-Clause
// One line of subuid(5) or subgid(5), and whether it is the caller's.
#pragma once

#include <optional>
#include <string_view>

#include "core/caller.h"
#include "core/id_ranges.h"

namespace uidmap {

// Knows how /etc/subuid may spell one caller.
class SubidOwner {
 public:
  // Keeps a reference to `caller`, which must live longer.
  explicit SubidOwner(const Caller& caller);

  // The range that `line` (without newline) grants to the caller, or nothing. A line grants if it is exactly
  // OWNER:FIRST:COUNT with plain decimal numbers, COUNT at least 1 and no id past 4294967295. An all-digit
  // OWNER is a uid and never a name: a user whose name looks like a number must not get that uid's grants.
  [[nodiscard]] std::optional<IdRange> GrantedBy(std::string_view line) const;

 private:
  [[nodiscard]] bool Is(std::string_view owner) const;

  const Caller& caller_;
  BoundedText<10> uid_in_decimal_;
};

}  // namespace uidmap
