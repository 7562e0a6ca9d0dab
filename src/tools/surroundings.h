// SPDX-License-Identifier: BSD-3-Clause
// What several checks look at.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/map_kind.h"
#include "tools/finding.h"
#include "tools/process_state.h"
#include "tools/program_file.h"

namespace uidmap {

using Findings = std::vector<Finding>;

// One of the pair, as callers find it.
struct Helper {
  const MapKindRow& row;
  std::vector<std::string> in_path;  // all there are, in the order of PATH: Podman, Buildah, LXC, runc, crun and most
  std::optional<ProgramFile> used{};   // the first of them, or else the one that some callers look for by its path
  std::optional<ProgramFile> usual{};  // /usr/bin/newuidmap: nsjail, minijail
};

struct Surroundings {
  ProcessState process;
  bool is_nested = false;  // in a user namespace that is not the machine's first
  std::array<Helper, 2> helpers;
};

// `search_path` is a value of PATH.
[[nodiscard]] Helper FindHelper(MapKind kind, const std::string& search_path);
[[nodiscard]] Surroundings LookAround(const std::string& search_path);

// A file of one number, as below /proc/sys.
[[nodiscard]] std::optional<long long> ReadNumber(const std::string& path);

}  // namespace uidmap
