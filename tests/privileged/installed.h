// SPDX-License-Identifier: BSD-3-Clause
// Copies of programs with every kind of privilege, on a file system that ends with this suite.
#pragma once

#include <sys/types.h>

#include <string>

#include "core/map_kind.h"

namespace uidmap_test {

using uidmap::MapKind;

// Numbers without an entry in passwd or group.
inline constexpr uid_t kCaller = 61001;
inline constexpr uid_t kStranger = 61002;

enum class Marker { kPlain, kSetuid, kFileCapability, kBoth };

struct Installation {
  mode_t mode = 0755;
  uid_t owner = 0;
  gid_t group = 0;
  std::string capabilities{};  // cap_from_text(3), "" for none
};

Installation MarkedWith(Marker marker, MapKind kind);

enum class Mount { kSuid, kNosuid };

// The path of a copy of `program`, the same for the same arguments.
std::string Install(const std::string& program, const Installation& installation, Mount mount = Mount::kSuid);

std::string ProbeProgram();
std::string HelperProgram(MapKind kind);

}  // namespace uidmap_test
