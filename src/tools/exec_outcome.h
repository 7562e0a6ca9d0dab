// SPDX-License-Identifier: BSD-3-Clause
// What the kernel would make of executing a program here: capabilities(7), "Transformation of capabilities during
// execve()", without doing it.
#pragma once

#include <optional>
#include <span>

#include "core/failure.h"
#include "core/ids.h"
#include "core/map_kind.h"
#include "tools/process_state.h"
#include "tools/program_file.h"

namespace uidmap {

struct ExecOutcome {
  bool is_refused = false;  // execve(2) fails: the file's capabilities are not in the bounding set
  uid_t effective_uid = 0;
  gid_t effective_gid = 0;
  CapabilityMask permitted = 0;
};

[[nodiscard]] ExecOutcome PredictExec(const ProcessState& process, const ProgramFile& file);

// Why a helper of uidmap-ng refuses to do anything at all when it is started like this: none if it does not.
[[nodiscard]] std::optional<Failure> WhyItCannotStart(const ProcessState& process, const ProgramFile& file);

// Why a helper of uidmap-ng that starts like this refuses to write a map of `extents`: none if it has all it needs.
// The same reasons in the same order as in DormantPrivileges, seen from outside.
[[nodiscard]] std::optional<Failure> WhyItLacksPrivilege(const MapKindRow& row, const ProcessState& process,
                                                         const ProgramFile& file, std::span<const Extent> extents);

}  // namespace uidmap
