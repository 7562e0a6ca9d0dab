// SPDX-License-Identifier: BSD-3-Clause
// Lines of subuid(5) and subgid(5).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/caller.h"
#include "core/id_ranges.h"

namespace uidmap {

// How /etc/subuid may spell one caller: his uid in decimal, and his names except those of digits alone (none begins
// with + or -: passwd_file.h). An all-digit owner is a uid and never a name: a user whose name looks like a number
// must not get that uid's grants.
class SubidOwner {
 public:
  // Keeps references into `caller` or `names`, which must live longer. A name that no account has is without a uid.
  explicit SubidOwner(const Caller& caller) : SubidOwner(caller.uid, caller.names) {}
  SubidOwner(std::optional<Uid> uid, const AccountNames& names);
  SubidOwner(const SubidOwner&) = delete;  // spellings_ points into the object itself
  SubidOwner& operator=(const SubidOwner&) = delete;

  [[nodiscard]] std::span<const std::string_view> spellings() const { return {spellings_.data(), size_}; }

  // True if `line` begins with one of the spellings as its first field.
  [[nodiscard]] bool Owns(std::string_view line) const;

 private:
  BoundedText<10> uid_in_decimal_;
  std::array<std::string_view, AccountNames::kMaxNames + 1> spellings_;
  std::size_t size_ = 0;
};

// The range that `line` (without newline) grants to its owner, whoever he is; nothing unless it is exactly
// OWNER:FIRST:COUNT with plain decimal numbers, COUNT at least 1 and no id past 4294967295.
[[nodiscard]] std::optional<IdRange> GrantOfLine(std::string_view line);

}  // namespace uidmap
