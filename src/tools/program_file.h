// SPDX-License-Identifier: BSD-3-Clause
// The files newuidmap and newgidmap, as they are installed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/map_kind.h"
#include "tools/process_state.h"

namespace uidmap {

// capabilities(7), "File capabilities", as the kernel shows them to this process.
struct FileCapability {
  unsigned revision = 0;
  CapabilityMask permitted = 0;
  CapabilityMask inheritable = 0;
  bool effective = false;
  uid_t root = 0;  // revision 3: where this uid is root, it counts
};

// The value of the attribute security.capability; none if it is malformed.
[[nodiscard]] std::optional<FileCapability> ParseFileCapability(std::string_view value);

enum class ProgramMaker : std::uint8_t {
  kUidmapNg,
  kShadow,                     // with support for capabilities: drops root before it writes
  kShadowWithoutCapabilities,  // as in Debian: a setuid root install writes the map as root
  kUnknown,
};

struct ProgramFile {
  std::string path;       // as it was found
  std::string real_path;  // with every link followed
  mode_t mode = 0;
  uid_t owner = 0;
  gid_t group = 0;
  bool is_on_nosuid_mount = false;
  bool may_be_executed = false;  // by this process; never on a noexec mount (access(2))
  bool may_be_written = false;   // by this process
  bool is_roots_alone = false;   // nobody but root could have put it there, or can replace it
  std::optional<FileCapability> capability{};
  ProgramMaker maker = ProgramMaker::kUnknown;

  [[nodiscard]] bool IsSetuid() const;
};

// What is at `path`, links followed; none if there is no file.
[[nodiscard]] std::optional<ProgramFile> LookAtProgram(const MapKindRow& row, const std::string& path);

// All executable files of this name in the directories of `search_path` (execvp(3)), in their order. An empty entry
// is the working directory.
[[nodiscard]] std::vector<std::string> FindInPath(std::string_view name, std::string_view search_path);

}  // namespace uidmap
