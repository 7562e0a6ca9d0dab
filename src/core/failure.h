// SPDX-License-Identifier: BSD-3-Clause
// Why a run ends without a map. A failure is a value; reasons.cc has the words for it, and failure.cc puts them
// together.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/map_kind.h"
#include "core/text.h"

namespace uidmap {

// In the order of a run. Each has its row in reasons.cc; what numbers, subject and errno mean stands there.
enum class Reason : std::uint8_t {
  kNone,
  // the process as it was started
  kKernelTooOld,
  kNoStandardDescriptors,
  kStartStepFailed,
  kStartStepNotEffective,
  kForeignGroup,
  kForeignUser,
  kKeepCapsLocked,
  // the request
  kNoArguments,
  kBadTarget,
  kIncompleteTriple,
  kNotDecimal,
  kIdTooLarge,
  kZeroCount,
  kTooManyIds,
  kTooManyExtents,
  kInsideOverlap,
  kOutsideOverlap,
  kMapTextTooLong,
  // the target
  kNoProcess,
  kBadDescriptor,
  kNotProcessDirectory,
  kOpenat2Missing,
  kTargetGone,
  kTargetUnreadable,
  kPidfdOfElsewhere,
  kTargetIsZombie,
  kTargetNotDumpable,
  // the files that say who the caller is and what he may use
  kFileUnreadable,
  kFileForbidden,
  kFileNotRegular,
  kFileOwnedByCaller,
  kFileWritableByAll,
  kFileWritableByCaller,
  kSubidSourceUnsupported,
  kTooManyNames,
  kTooManyRanges,
  // the program that asks name services, plugins and PAM
  kLookupMissing,
  kLookupUnfit,
  kLookupStepFailed,
  kLookupNotReady,
  kLookupExposed,
  kLookupEnded,
  kLookupSilent,
  kLookupMisspoke,
  kLookupDisturbed,
  // what it answers
  kAccountSourceFailed,
  kSubidSourceFailed,
  kSubidPluginUnfit,
  kSubidPluginWithoutName,
  kPolicyUnavailable,
  kPolicyRefused,
  kPolicyWithoutName,
  // the decision
  kTargetOfOtherUser,
  kTargetOfOtherGroup,
  kCallerNotInPrimaryGroup,
  kGrantFileMissing,
  kRangeNotGranted,
  kRangeNotGrantedToUid,
  kRangeNotGrantedByPlugin,
  kOutsideNotInParent,
  kTooManyPieces,
  // the privilege
  kNoNewPrivs,
  kCapabilityNotInBoundingSet,
  kTracedAtExec,
  kNosuidMount,
  kMarkWithoutEffect,
  kNoPrivilege,
  kOutsideZeroWithoutSetfcap,
  // the record, which comes before the write
  kLogFailed,
  kAuditUnfit,
  kAuditStepFailed,
  kAuditNotReady,
  kAuditEnded,
  kAuditSilent,
  kAuditFailed,
  // the write
  kRaiseFailed,
  kSetgroupsUnavailable,
  kSetgroupsDenyFailed,
  kTargetInOwnNamespace,
  kMapAlreadyWritten,
  kNamespaceNotChild,
  kNamespaceOfOther,
  kSecurityModule,
  kMapOpenFailed,
  kMapWriteFailed,
  kMapWriteShort,
  kCapabilityNotGone,
  kCount,
};

struct Failure {
  Reason reason = Reason::kNone;
  int error_number = 0;                    // errno of the call that failed, 0 if none did
  std::array<std::uint64_t, 7> numbers{};  // as the row in reasons.cc reads them
  BoundedText<120> subject{};              // what it is about, cut; untrusted unless the row prints it as {s}
  BoundedText<120> said{};                 // what a source said about it, cut; untrusted unless printed as {h}
  bool deny_remains = false;               // the target's setgroups was set to deny before this failed
};

[[nodiscard]] inline Failure FailureOf(Reason reason, std::string_view subject, int error_number = 0) {
  Failure failure{.reason = reason, .error_number = error_number};
  failure.subject.Append(subject);
  return failure;
}

// The message of a refusal is one write(2) of less than this: LXC reads once, into 4,096 bytes.
using Message = BoundedText<4000>;

// Renders `failure` for the user: upstream's first line, then the reason and what to do about it, each line
// ended. Untrusted text comes out escaped and cut, so that no input can add a line or reach a terminal.
[[nodiscard]] Message RenderRefusal(const MapKindRow& row, const Failure& failure);

// The word for `reason` in records, one bare word: stable, never translated.
[[nodiscard]] std::string_view LogWord(Reason reason);

}  // namespace uidmap
