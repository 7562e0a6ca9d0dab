// SPDX-License-Identifier: BSD-3-Clause
// Whose ranges are asked for, by a name or a uid that anybody gives.
#pragma once

#include <optional>
#include <string_view>

#include "core/caller.h"
#include "core/nsswitch_file.h"
#include "core/result.h"

namespace uidmap {

// Whose lines count. Without a uid: a name that no account has.
struct RangeOwner {
  std::optional<Uid> uid{};
  AccountNames names{};

  // Nobody whom a file or a plugin could know.
  [[nodiscard]] bool IsNobody() const { return !uid && names.size() == 0; }
};

// What /etc/nsswitch.conf says. Fails as ForEachBlock does (system/config_file.h), for the user of this process.
[[nodiscard]] Result<NameServices> ReadNameServices();

// A name stands for the user as newuidmap would know him if he called it: his uid and all its names. `user` of digits
// alone is a uid and never a name, as in subuid(5), and stands for itself: who asks for both, as RootlessKit 1 does,
// and joins the answers must not get a range twice. Accounts come from /etc/passwd and, where `services` has more
// than files, from libc's name services, which are asked in this process. Fails if one of them cannot be asked, or if
// the uid has too many names.
[[nodiscard]] Result<RangeOwner> FindRangeOwner(std::string_view user, const NameServices& services);

}  // namespace uidmap
