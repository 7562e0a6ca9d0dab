// SPDX-License-Identifier: BSD-3-Clause
// Who asks: the real ids, which the kernel vouches for, and the names that /etc/passwd has for them.
#pragma once

#include <array>
#include <cstddef>
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
    if (size_ == kMaxNames) return false;
    const std::size_t start = text_.view().size();
    text_.Append(name);
    names_[size_++] = {start, name.size()};
    return !text_.overflowed();
  }

  [[nodiscard]] bool Contain(std::string_view name) const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (Name(i) == name) return true;
    }
    return false;
  }

  // The account's name; empty if the uid has none.
  [[nodiscard]] std::string_view First() const { return size_ == 0 ? std::string_view() : Name(0); }

 private:
  struct Place {
    std::size_t start;
    std::size_t size;
  };
  [[nodiscard]] std::string_view Name(std::size_t i) const {
    return text_.view().substr(names_[i].start, names_[i].size);
  }

  BoundedText<kMaxBytes> text_;
  std::array<Place, kMaxNames> names_;
  std::size_t size_ = 0;
};

struct Caller {
  Uid uid;                           // real uid
  Gid gid;                           // real gid, which may differ from the primary group
  std::optional<Gid> primary_group;  // of the account in passwd; none if the uid has no account there
  AccountNames names;
};

}  // namespace uidmap
