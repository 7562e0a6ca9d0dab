// SPDX-License-Identifier: BSD-3-Clause
#include "tools/exec_outcome.h"

#include <linux/securebits.h>
#include <sys/stat.h>

#include <fstream>
#include <string_view>

#include "core/extents.h"

namespace uidmap {
namespace {

// user_namespaces(7): what a namespace has no number for is shown as these.
std::uint64_t OverflowId(const char* path) {
  std::uint64_t id = 65534;
  std::ifstream(path) >> id;
  return id;
}

bool OwnerIsKnownHere(const ProgramFile& file) {
  return file.owner != OverflowId("/proc/sys/kernel/overflowuid") &&
         file.group != OverflowId("/proc/sys/kernel/overflowgid");
}

// kernel: get_vfs_caps_from_disk(), rootid_owns_currentns().
const FileCapability* CapabilityThatCounts(const ProgramFile& file) {
  if (file.is_on_nosuid_mount || !file.capability) return nullptr;
  return file.capability->root == 0 ? &*file.capability : nullptr;
}

// kernel: bprm_fill_uid().
void TakeIdsOfFile(const ProcessState& process, const ProgramFile& file, ExecOutcome& outcome) {
  if (file.is_on_nosuid_mount || process.no_new_privs || !OwnerIsKnownHere(file)) return;
  if (file.IsSetuid()) outcome.effective_uid = file.owner;
  if ((file.mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP)) outcome.effective_gid = file.group;
}

// kernel: cap_bprm_creds_from_file(): whoever is traced by a process without privilege, or has given up gaining any,
// keeps what he had at most.
bool MayGain(const ProcessState& process) { return !process.no_new_privs && !process.is_traced; }

}  // namespace

ExecOutcome PredictExec(const ProcessState& process, const ProgramFile& file) {
  ExecOutcome outcome{.effective_uid = process.effective_uid, .effective_gid = process.effective_gid};
  TakeIdsOfFile(process, file, outcome);

  const FileCapability* const marks = CapabilityThatCounts(file);
  if (marks != nullptr) {
    outcome.permitted = (marks->permitted & process.bounding) | (marks->inheritable & process.inheritable);
    outcome.is_refused = marks->effective && (marks->permitted & ~outcome.permitted) != 0;
  }
  const bool root_counts = (process.securebits & SECBIT_NOROOT) == 0;
  const bool only_marks_count = marks != nullptr && process.real_uid != 0;  // setuid root and file capabilities
  const bool is_root = outcome.effective_uid == 0 || process.real_uid == 0;
  if (root_counts && is_root && !only_marks_count) outcome.permitted = process.bounding | process.inheritable;

  const bool changes_ids =
      outcome.effective_uid != process.effective_uid || outcome.effective_gid != process.effective_gid;
  if (marks == nullptr && !changes_ids) outcome.permitted |= process.ambient;
  const bool gains = (outcome.permitted & ~process.permitted) != 0;
  if ((gains || changes_ids) && !MayGain(process)) {
    outcome.effective_uid = process.real_uid;
    outcome.permitted &= process.permitted;
  }
  return outcome;
}

namespace {

std::string_view WhyBitHasNoEffect(const ProgramFile& file) {
  if (file.owner != 0) return "its owner is not root in this user namespace";
  return "its group is unknown in this user namespace, SECBIT_NOROOT is set, or the file has a capability as well";
}

Failure WhyNothingWasGained(const MapKindRow& row, const ProcessState& process, const ProgramFile& file) {
  if (process.no_new_privs) return {.reason = Reason::kNoNewPrivs};
  if ((process.bounding & MaskOf(row.capability)) == 0) return {.reason = Reason::kCapabilityNotInBoundingSet};
  if (file.is_on_nosuid_mount) return FailureOf(Reason::kNosuidMount, file.real_path);
  if (process.is_traced) return FailureOf(Reason::kTracedAtExec, file.real_path);
  if (!file.IsSetuid()) return FailureOf(Reason::kNoPrivilege, file.real_path);
  Failure failure = FailureOf(Reason::kMarkWithoutEffect, file.real_path);
  failure.said.Append(WhyBitHasNoEffect(file));
  return failure;
}

}  // namespace

std::optional<Failure> WhyItCannotStart(const ProcessState& process, const ProgramFile& file) {
  const ExecOutcome outcome = PredictExec(process, file);
  if (outcome.effective_gid != process.real_gid) {
    return Failure{.reason = Reason::kForeignGroup, .numbers = {process.real_gid, outcome.effective_gid}};
  }
  if (outcome.effective_uid == process.real_uid) return std::nullopt;
  if (outcome.effective_uid != 0) {
    return Failure{.reason = Reason::kForeignUser, .numbers = {process.real_uid, outcome.effective_uid}};
  }
  if ((process.securebits & SECBIT_KEEP_CAPS_LOCKED) != 0) return Failure{.reason = Reason::kKeepCapsLocked};
  return std::nullopt;
}

std::optional<Failure> WhyItLacksPrivilege(const MapKindRow& row, const ProcessState& process,
                                           const ProgramFile& file, std::span<const Extent> extents) {
  const CapabilityMask held = PredictExec(process, file).permitted;
  if ((held & MaskOf(row.capability)) == 0) return WhyNothingWasGained(row, process, file);
  const bool needs_setfcap = row.outside_zero == OutsideZeroRule::kNeedsSetfcap && MapsOutsideZero(extents);
  if (needs_setfcap && (held & MaskOf(CAP_SETFCAP)) == 0)
    return Failure{.reason = Reason::kOutsideZeroWithoutSetfcap};
  return std::nullopt;
}

}  // namespace uidmap
