// SPDX-License-Identifier: BSD-3-Clause
// The one thing that the privilege is for.
#pragma once

#include "core/fitted_map.h"
#include "core/map_kind.h"
#include "core/result.h"
#include "privileged/privileges.h"
#include "system/target_process.h"
#include "system/unique_fd.h"

namespace uidmap {

// A write of which everything that can be done without privilege has been done.
class PreparedWrite {
 public:
  // Opens the target's setgroups file if it must be denied and is not yet; owning the namespace is all that
  // needs (kernel: proc_setgroups_open()). Since deny remains whatever becomes of the map, the kernel's other
  // conditions are looked at first then. Changes nothing. Keeps references to all three arguments.
  [[nodiscard]] static Result<PreparedWrite> Prepare(const MapKindRow& row, const FittedMap& map,
                                                     const TargetProcess& target);

  // Opens the map, denies setgroups if that is due, writes the map with one write(2). The kernel takes all of
  // it or nothing. Fails with the map unwritten; Failure::deny_remains tells if setgroups was changed.
  //   Should: be called once, between Raise and Renounce. The kernel judges the opener's capabilities as well
  //   as the writer's (new_idmap_permitted()), so the open is in the raised window, too.
  //   Mustn't: allocate, parse, or look at anything but these two files.
  [[nodiscard]] Result<void> Write(const RaisedPrivilege& privilege) const;

 private:
  PreparedWrite(const MapKindRow& row, const FittedMap& map, const TargetProcess& target)
      : row_(row), map_(map), target_(target) {}

  [[nodiscard]] Result<void> DenySetgroups() const;

  const MapKindRow& row_;
  const FittedMap& map_;
  const TargetProcess& target_;
  UniqueFd setgroups_to_deny_;  // open only if it must be written
};

}  // namespace uidmap
