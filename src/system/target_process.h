// SPDX-License-Identifier: BSD-3-Clause
// The process whose map is to be written, held by its /proc directory.
#pragma once

#include <cstdint>

#include "core/decision.h"
#include "core/map_kind.h"
#include "core/request.h"
#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

// Holds an open directory of /proc: a number that the kernel gives to another process later does not change
// which process this is, and nothing is ever looked up by path again.
class TargetProcess {
 public:
  // Opens /proc/PID, or takes over the descriptor that the caller names: of such a directory, or a pidfd, for which
  // the directory is found without a chance for another process to take its place. Proves that it is a directory of a
  // proc filesystem with a map file of its own. Trusts nothing about what is mounted on /proc. Run as the caller.
  [[nodiscard]] static Result<TargetProcess> Open(const MapKindRow& row, const TargetName& name);

  // Its number, for a record: where a descriptor of a directory named it, as that proc filesystem counts, 0 if it
  // does not say.
  [[nodiscard]] std::uint32_t Number(const TargetName& name) const;

  // The effective ids of the process when it was opened. proc(5): the directory belongs to them even when the
  // process is not dumpable.
  [[nodiscard]] TargetOwner owner() const { return owner_; }

  // Fails if the kernel does not let the target's own user open its map: if the process is dead and not yet waited
  // for, or not dumpable (kernel: task_dump_owner()). That can change at any moment, so it explains and permits
  // nothing.
  [[nodiscard]] Result<void> CheckMapIsOpen(const MapKindRow& row) const;

  // Opens the file `name` of the process with `flags` (open(2)), -1 and errno if it cannot. Never through a
  // link or a mount: what could be mounted over the file is another process's, or no map at all.
  [[nodiscard]] UniqueFd OpenFile(const char* name, int flags) const;

  // Its user namespace, to be looked at; -1 if that cannot be. proc_pid_ns(5): a link that leads out of /proc, so
  // this one is followed.
  [[nodiscard]] UniqueFd OpenUserNamespace() const;

 private:
  TargetProcess(UniqueFd directory, TargetOwner owner) : directory_(std::move(directory)), owner_(owner) {}

  UniqueFd directory_;
  TargetOwner owner_;
};

}  // namespace uidmap
