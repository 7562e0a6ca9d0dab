// SPDX-License-Identifier: BSD-3-Clause
// Privilege as a value. DormantPrivileges: the process is the caller, and one capability sleeps in the permitted
// set. RaisedPrivilege: it is effective. After Renounce() nothing is left, for good.
//
// Dormant is not harmless: code that took the process over could wake it. What dormancy prevents is that a
// mistake in reading files or arguments acts with privilege.
#pragma once

#include <span>
#include <utility>

#include "core/caller.h"
#include "core/capability_mask.h"
#include "core/ids.h"
#include "core/map_kind.h"
#include "core/result.h"

namespace uidmap {

// Proof that the capability is effective now. One exists only between DormantPrivileges::Raise and Renounce.
class RaisedPrivilege {
 public:
  RaisedPrivilege(RaisedPrivilege&& other) noexcept : held_(std::exchange(other.held_, 0)) {}
  RaisedPrivilege& operator=(RaisedPrivilege&&) = delete;
  ~RaisedPrivilege();  // ends the run if it still holds something that it cannot give up

  // Empties every set and proves it: the sets read empty, and the kernel refuses to fill them again. (That
  // setuid(0) fails would prove nothing where a seccomp filter answers it.) Fails with kCapabilityNotGone.
  [[nodiscard]] Result<void> Renounce() &&;

 private:
  friend class DormantPrivileges;
  explicit RaisedPrivilege(CapabilityMask held) : held_(held) {}

  CapabilityMask held_;
};

class DormantPrivileges {
 public:
  DormantPrivileges(DormantPrivileges&& other) noexcept
      : row_(other.row_),
        caller_(other.caller_),
        needed_(other.needed_),
        held_(std::exchange(other.held_, 0)),
        started_with_no_new_privs_(other.started_with_no_new_privs_),
        was_in_bounding_set_(other.was_in_bounding_set_) {}
  DormantPrivileges& operator=(DormantPrivileges&&) = delete;
  ~DormantPrivileges();  // gives up what is held

  // Makes the process the caller: real, effective, saved and file system user and group ids are his; the effective
  // and ambient sets are empty; permitted holds what a map write and its record can need, as far as exec gave it, and
  // inheritable only the latter, CAP_AUDIT_WRITE; the bounding set is empty where CAP_SETPCAP allowed it; the process
  // is not dumpable. The same from setuid root, from file capabilities and from both. Every change is read back.
  //   Should: run before anything that the caller chose is looked at.
  //   Mustn't: believe AT_SECURE or an effective uid of 0, which say nothing about the sets.
  [[nodiscard]] static Result<DormantPrivileges> PutDown(const MapKindRow& row);

  // Whose process this is, as it was proven when privilege was put down.
  [[nodiscard]] CallerIds caller() const { return caller_; }

  // Whether a record could be sent to the kernel's audit, by a program that is given the capability to.
  [[nodiscard]] bool CanAudit() const;

  // Gives up that capability. Should: come as soon as the program has been started, or need not be.
  [[nodiscard]] Result<void> GiveUpAuditing();

  // Gives up what this request does not need: CAP_SETFCAP, unless a uid map names outside id 0.
  [[nodiscard]] Result<void> KeepOnlyFor(std::span<const Extent> extents);

  // Fails, naming the cause, if exec did not give what the request needs.
  [[nodiscard]] Result<void> CheckSuffices() const;

  // Makes what is kept effective. Fails as CheckSuffices does.
  //   Mustn't: be followed by anything but opening and writing the map files, and Renounce.
  [[nodiscard]] Result<RaisedPrivilege> Raise() &&;

 private:
  explicit DormantPrivileges(const MapKindRow& row) : row_(row), needed_(MaskOf(row.capability)) {}

  [[nodiscard]] Result<void> KeepOnly(CapabilityMask kept);
  [[nodiscard]] Failure ExplainMissing() const;

  const MapKindRow& row_;
  CallerIds caller_{.uid = {kNoId}, .gid = {kNoId}};
  CapabilityMask needed_;                     // for the request, as far as it is known
  CapabilityMask held_ = ~CapabilityMask{0};  // in the permitted set; everything, until that is known
  bool started_with_no_new_privs_ = false;
  bool was_in_bounding_set_ = false;
};

}  // namespace uidmap
