// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/privileges.h"

#include <errno.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/extents.h"
#include "privileged/capability_sets.h"
#include "system/own_file.h"

namespace uidmap {
namespace {

struct UserIds {
  uid_t real, effective, saved;
  friend bool operator==(const UserIds&, const UserIds&) = default;
};

struct GroupIds {
  gid_t real, effective, saved;
  friend bool operator==(const GroupIds&, const GroupIds&) = default;
};

Failure Refused(const char* call) { return FailureOf(Reason::kStartStepFailed, call, errno); }
Failure WithoutEffect(const char* call) { return FailureOf(Reason::kStartStepNotEffective, call); }

// No id is ever kNoId, so a call that answers success without answering is seen.
Result<UserIds> ReadUserIds() {
  UserIds ids = {kNoId, kNoId, kNoId};
  if (getresuid(&ids.real, &ids.effective, &ids.saved) != 0) return Refused("getresuid");
  if (ids.real == kNoId) return WithoutEffect("getresuid");
  return ids;
}

Result<GroupIds> ReadGroupIds() {
  GroupIds ids = {kNoId, kNoId, kNoId};
  if (getresgid(&ids.real, &ids.effective, &ids.saved) != 0) return Refused("getresgid");
  if (ids.real == kNoId) return WithoutEffect("getresgid");
  return ids;
}

// Only two ways of being started are meant: with the caller's ids, and as a setuid root file.
Result<void> JudgeIds(const UserIds& user, const GroupIds& group) {
  if (group.effective != group.real) {
    return Failure{.reason = Reason::kForeignGroup, .numbers = {group.real, group.effective}};
  }
  if (user.effective != user.real && user.effective != 0) {
    return Failure{.reason = Reason::kForeignUser, .numbers = {user.real, user.effective}};
  }
  return {};
}

// capabilities(7): an empty bounding set keeps any program that this one might be made to execute from gaining
// what exec could give it. Dropping needs CAP_SETPCAP, which file capabilities alone do not bring.
Result<void> EmptyBoundingSet(const CapabilitySets& start) {
  if ((start.effective & MaskOf(CAP_SETPCAP)) == 0) return {};
  constexpr unsigned long kKnownToEveryKernel = CAP_CHECKPOINT_RESTORE;  // the last one of Linux 5.10
  constexpr unsigned long kMost = 64;                                    // as many as a set has bits
  for (unsigned long capability = 0; capability <= kMost; ++capability) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
      if (errno == EINVAL && capability > kKnownToEveryKernel) return {};  // past the last one of this kernel
      return Refused("prctl(PR_CAPBSET_DROP)");
    }
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 0) return WithoutEffect("prctl(PR_CAPBSET_DROP)");
  }
  return WithoutEffect("prctl(PR_CAPBSET_DROP)");  // there are not that many: a filter answers, and would for ever
}

// capabilities(7): leaving uid 0 empties the permitted set unless SECBIT_KEEP_CAPS is set.
Result<void> KeepPermittedSet() {
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0) return {};
  const int securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  const bool locked = errno == EPERM && securebits > 0 && (securebits & SECBIT_KEEP_CAPS_LOCKED) != 0;
  if (locked) return Failure{.reason = Reason::kKeepCapsLocked};
  return Refused("prctl(PR_SET_KEEPCAPS)");
}

// All three ids change at once, so that no saved id leads back. Ids that match already are left alone: in a user
// namespace that does not map them the kernel would refuse to set them.
Result<void> BecomeCaller(const UserIds& user, const GroupIds& group) {
  const UserIds own_user = {user.real, user.real, user.real};
  const GroupIds own_group = {group.real, group.real, group.real};
  if (group != own_group && setresgid(group.real, group.real, group.real) != 0) return Refused("setresgid");
  if (user != own_user) {
    TRY(KeepPermittedSet());
    if (setresuid(user.real, user.real, user.real) != 0) return Refused("setresuid");
    if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) != 0) return Refused("prctl(PR_SET_KEEPCAPS)");
  }
  if (TRY(ReadGroupIds()) != own_group) return WithoutEffect("setresgid");
  if (TRY(ReadUserIds()) != own_user) return WithoutEffect("setresuid");
  if (prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) != 0) return WithoutEffect("prctl(PR_SET_KEEPCAPS)");
  return {};
}

// Explicit even where setresuid has emptied them: with SECBIT_NO_SETUID_FIXUP every set survives it. An empty
// inheritable set empties the ambient set with it (kernel: cap_capset()).
Result<void> SetExactly(const CapabilitySets& wanted) {
  if (AskForCapabilitySets(wanted) != SetOutcome::kDone) return Refused("capset");
  if (TRY(ReadCapabilitySets()) != wanted) return WithoutEffect("capset");
  return {};
}

// prctl(2): a process that is not dumpable can be neither traced nor read through /proc by its own user. A
// change of ids sets the flag to fs.suid_dumpable, so this comes after the last one.
Result<void> ClearDumpable() {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Refused("prctl(PR_SET_DUMPABLE)");
  if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return WithoutEffect("prctl(PR_SET_DUMPABLE)");
  return {};
}

// CAP_SETUID, CAP_SETGID: the map write itself (kernel: new_idmap_permitted()).
// CAP_SETFCAP: a uid map that names outside id 0 (kernel: verify_root_map()); given up again as soon as the
// request is known not to.
CapabilityMask MapWriteCanNeed(const MapKindRow& row) {
  const bool setfcap = row.outside_zero == OutsideZeroRule::kNeedsSetfcap;
  return MaskOf(row.capability) | (setfcap ? MaskOf(CAP_SETFCAP) : 0);
}

// CAP_AUDIT_WRITE: a record in the kernel's audit. It is not used here, but handed on to uidmap-audit, and only from
// the inheritable set, which takes nothing any more that the bounding set has lost (kernel: cap_capset()). Where the
// caller had it there, it may be ambient as well, and goes first: capabilities leave the ambient set with that one.
CapabilityMask MakeAuditInheritable(const CapabilitySets& start) {
  const CapabilityMask audit = start.permitted & MaskOf(CAP_AUDIT_WRITE);
  if (audit == 0) return 0;
  CapabilitySets wanted = {.effective = start.effective, .permitted = start.permitted, .inheritable = 0};
  if ((start.inheritable & audit) != 0 && AskForCapabilitySets(wanted) != SetOutcome::kDone) return 0;
  wanted.inheritable = audit;
  return AskForCapabilitySets(wanted) == SetOutcome::kDone ? audit : 0;
}

}  // namespace

Result<DormantPrivileges> DormantPrivileges::PutDown(const MapKindRow& row) {
  DormantPrivileges dormant(row);  // from here on, whoever fails leaves nothing held
  const UserIds user = TRY(ReadUserIds());
  const GroupIds group = TRY(ReadGroupIds());
  TRY(JudgeIds(user, group));
  const CapabilitySets start = TRY(ReadCapabilitySets());

  dormant.caller_ = CallerIds{.uid = {user.real}, .gid = {group.real}};
  dormant.started_with_no_new_privs_ = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  dormant.was_in_bounding_set_ = prctl(PR_CAPBSET_READ, row.capability, 0, 0, 0) == 1;
  const CapabilityMask audit = MakeAuditInheritable(start);
  dormant.held_ = (start.permitted & MapWriteCanNeed(row)) | audit;

  TRY(EmptyBoundingSet(start));
  TRY(BecomeCaller(user, group));
  TRY(SetExactly({.effective = 0, .permitted = dormant.held_, .inheritable = audit}));
  TRY(ClearDumpable());
  return dormant;
}

Result<void> DormantPrivileges::KeepOnly(CapabilityMask kept) {
  TRY(SetExactly({.effective = 0, .permitted = kept, .inheritable = 0}));
  held_ = kept;
  return {};
}

bool DormantPrivileges::CanAudit() const { return (held_ & MaskOf(CAP_AUDIT_WRITE)) != 0; }

Result<void> DormantPrivileges::GiveUpAuditing() {
  return CanAudit() ? KeepOnly(held_ & ~MaskOf(CAP_AUDIT_WRITE)) : Result<void>();
}

Result<void> DormantPrivileges::KeepOnlyFor(std::span<const Extent> extents) {
  const bool setfcap = row_.outside_zero == OutsideZeroRule::kNeedsSetfcap && MapsOutsideZero(extents);
  needed_ = MaskOf(row_.capability) | (setfcap ? MaskOf(CAP_SETFCAP) : 0);
  return (held_ & ~needed_) != 0 ? KeepOnly(held_ & needed_) : Result<void>();
}

Failure DormantPrivileges::ExplainMissing() const {
  if ((held_ & MaskOf(row_.capability)) != 0) return {.reason = Reason::kOutsideZeroWithoutSetfcap};
  if (started_with_no_new_privs_) return {.reason = Reason::kNoNewPrivs};
  if (!was_in_bounding_set_) return {.reason = Reason::kCapabilityNotInBoundingSet};
  return WhyExecGaveNothing();
}

Result<void> DormantPrivileges::CheckSuffices() const {
  if (held_ != needed_) return ExplainMissing();
  return {};
}

Result<RaisedPrivilege> DormantPrivileges::Raise() && {
  TRY(CheckSuffices());
  const CapabilitySets raised = {.effective = held_, .permitted = held_, .inheritable = 0};
  if (AskForCapabilitySets(raised) != SetOutcome::kDone) {
    return Failure{.reason = Reason::kRaiseFailed, .error_number = errno};
  }
  RaisedPrivilege privilege(std::exchange(held_, 0));
  if (TRY(ReadCapabilitySets()) != raised) return WithoutEffect("capset");
  return privilege;
}

// The message of a refusal must not wait for a reader with privilege in hand. Nothing is effective here, and where
// the kernel refuses to take it the run is about to end, with its message.
DormantPrivileges::~DormantPrivileges() {
  if (held_ != 0) static_cast<void>(AskForCapabilitySets({}));
}

Result<void> RaisedPrivilege::Renounce() && {
  const CapabilityMask held = std::exchange(held_, 0);
  const auto survived = [](const char* how) { return FailureOf(Reason::kCapabilityNotGone, how); };
  const auto none = CapabilitySets{};
  if (AskForCapabilitySets(none) != SetOutcome::kDone) return survived("capset failed");
  const Result<CapabilitySets> left = ReadCapabilitySets();
  if (!left.has_value()) return survived("capget failed");
  if (*left != none) return survived("capset reported success and changed nothing");
  const CapabilitySets before = {.effective = held, .permitted = held, .inheritable = 0};
  if (AskForCapabilitySets(before) == SetOutcome::kDone) return survived("it could be taken back");
  return {};
}

RaisedPrivilege::~RaisedPrivilege() {
  if (held_ != 0 && !std::move(*this).Renounce().has_value()) _exit(1);
}

}  // namespace uidmap
