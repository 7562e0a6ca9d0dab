// SPDX-License-Identifier: BSD-3-Clause
// Who asks: the real ids, which the kernel vouches for, and the names that the account of the uid has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/ids.h"
#include "core/text.h"

namespace uidmap {

// The names of one uid. The first is the account's; others are further lines of passwd with the same uid.
class AccountNames {
 public:
  static constexpr std::size_t kMaxNames = 32;
  static constexpr std::size_t kMaxBytes = 2048;

  // False if there is no room.
  [[nodiscard]] bool Add(std::string_view name) {
    const std::size_t start = text_.view().size();
    if (size_ == kMaxNames || name.size() > kMaxBytes - start) return false;
    text_.Append(name);
    names_[size_++] = {start, name.size()};
    return true;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const {
    return text_.view().substr(names_[i].start, names_[i].size);
  }

  // The account's name; empty if the uid has none.
  [[nodiscard]] std::string_view First() const { return size_ == 0 ? std::string_view() : (*this)[0]; }

 private:
  struct Place {
    std::size_t start;
    std::size_t size;
  };

  BoundedText<kMaxBytes> text_;
  std::array<Place, kMaxNames> names_;
  std::size_t size_ = 0;
};

// Which real group a caller with an account may run with, for his request to be looked at: shadow's
// GRANT_AUX_GROUP_SUBIDS of login.defs(5).
enum class GroupRule : std::uint8_t { kPrimaryOnly, kAnyOfHis };

// The real ids. The group may differ from the account's primary group.
struct CallerIds {
  Uid uid;
  Gid gid;
};

struct Caller {
  Uid uid;
  Gid gid;
  std::optional<Gid> primary_group;  // of the account; none if no source has one
  AccountNames names{};
  GroupRule group_rule = GroupRule::kPrimaryOnly;
};

}  // namespace uidmap
