// SPDX-License-Identifier: BSD-3-Clause
// The one place where newuidmap and newgidmap differ: a row of this table.
#pragma once

#include <linux/capability.h>

#include <cstdint>
#include <string_view>

namespace uidmap {

enum class MapKind : std::uint8_t { kUid, kGid };

// What CVE-2018-7169 taught about gid maps: a caller who maps only his own group could shed a group that
// is denied access to something, unless setgroups(2) is denied in the namespace first.
enum class SetgroupsRule : std::uint8_t { kNotConcerned, kDenyUnlessGranted };

// capabilities(7): since Linux 5.12 a uid map that names outside id 0 needs CAP_SETFCAP at open, because
// the mapped root could write file capabilities that count outside (kernel: verify_root_map()).
enum class OutsideZeroRule : std::uint8_t { kLikeAnyId, kNeedsSetfcap };

struct MapKindRow {
  MapKind kind;
  std::string_view program;     // fixed: what argv[0] says is never printed
  std::string_view usage;       // upstream's usage line to the byte: the one for gids lacks a bracket
  std::string_view id_word;     // "uid" or "gid", in messages
  std::string_view operation;   // in records
  const char* map_file;         // below /proc/PID
  const char* grant_file;       // subuid(5) or subgid(5)
  const char* policy_files[2];  // pam.conf(5): the administrator's, then the vendor's; named after the program
  unsigned capability;          // capabilities(7) number of the one right that the map write needs
  std::string_view capability_name;
  SetgroupsRule setgroups;
  OutsideZeroRule outside_zero;
};

inline constexpr MapKindRow kMapKinds[] = {
    {MapKind::kUid,
     "newuidmap",
     "usage: newuidmap [<pid>|fd:<pidfd>] <uid> <loweruid> <count> [ <uid> <loweruid> <count> ] ... ",
     "uid",
     "map-uids",
     "uid_map",
     "/etc/subuid",
     {"/etc/pam.d/newuidmap", "/usr/lib/pam.d/newuidmap"},
     CAP_SETUID,
     "CAP_SETUID",
     SetgroupsRule::kNotConcerned,
     OutsideZeroRule::kNeedsSetfcap},
    {MapKind::kGid,
     "newgidmap",
     "usage: newgidmap [<pid|fd:<pidfd>] <gid> <lowergid> <count> [ <gid> <lowergid> <count> ] ... ",
     "gid",
     "map-gids",
     "gid_map",
     "/etc/subgid",
     {"/etc/pam.d/newgidmap", "/usr/lib/pam.d/newgidmap"},
     CAP_SETGID,
     "CAP_SETGID",
     SetgroupsRule::kDenyUnlessGranted,
     OutsideZeroRule::kLikeAnyId},
};

constexpr const MapKindRow& RowOf(MapKind kind) { return kMapKinds[static_cast<std::uint8_t>(kind)]; }

}  // namespace uidmap
