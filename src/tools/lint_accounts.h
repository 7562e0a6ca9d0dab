// SPDX-License-Identifier: BSD-3-Clause
// Who has which id, and who gives ids out, as the files below a root say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/id_ranges.h"
#include "core/map_kind.h"
#include "core/passwd_file.h"
#include "tools/flat_index.h"

namespace uidmap {

// Ids that somebody may give out at any time.
struct ReservedIds {
  IdRange ids;
  std::string what;
};

// An id that is given out.
struct OwnedId {
  std::uint32_t id;
  std::string_view name;
  std::string_view what;  // "user" or "group"
};

class LintAccounts {
 public:
  // Of the texts of passwd, group, login.defs and nsswitch.conf.
  LintAccounts(std::string passwd, std::string group, std::string_view login_defs, std::string_view nsswitch);
  LintAccounts(const LintAccounts&) = delete;  // views into the texts
  LintAccounts& operator=(const LintAccounts&) = delete;

  [[nodiscard]] const std::vector<PasswdEntry>& users() const { return users_; }
  [[nodiscard]] std::optional<std::uint32_t> UidOf(std::string_view name) const;
  // The first name in passwd that has the uid; empty if there is none.
  [[nodiscard]] std::string_view NameOf(std::uint32_t uid) const;

  // Ordered by id, each id once. Of gids the groups', and the primary groups' of users.
  [[nodiscard]] std::vector<OwnedId> OwnedIds(MapKind kind) const;
  [[nodiscard]] const std::vector<ReservedIds>& Reserved(MapKind kind) const {
    return reserved_[static_cast<std::size_t>(kind)];
  }

  // Services of nsswitch.conf that may know users whom no file has, with blanks between them; empty if there is none.
  [[nodiscard]] const std::string& directories() const { return directories_; }

 private:
  std::string passwd_;
  std::string group_;
  std::vector<PasswdEntry> users_;
  std::vector<std::pair<std::uint32_t, std::string_view>> groups_;
  FlatIndex by_name_;  // of users_: the first with the name
  FlatIndex by_uid_;   // the first with the uid
  std::vector<ReservedIds> reserved_[2];
  std::string directories_;
};

}  // namespace uidmap
