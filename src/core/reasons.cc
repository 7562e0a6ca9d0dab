// SPDX-License-Identifier: BSD-3-Clause
#include "core/reasons.h"

#include <cstddef>
#include <iterator>

namespace uidmap {
namespace {

constexpr std::string_view kRefusedWrite = "{p}: write to {m} failed: Operation not permitted";
constexpr std::string_view kInvalidWrite = "{p}: write to {m} failed: Invalid argument";
constexpr std::string_view kOverflow = "{p}: subuid overflow detected.";
constexpr std::string_view kOtherUser =
    "{p}: Target process is owned by a different user: uid:{0} pw_uid:{1} st_uid:{2}, gid:{3} pw_gid:{4} st_gid:{5}";
constexpr std::string_view kNotAllowed = "{p}: {i} range [{0}-{1}) -> [{2}-{3}) not allowed";
constexpr std::string_view kNoGrantFile = "{p}: cannot open {s}: {e}";
constexpr std::string_view kUnsafeFile = "{p}: cannot open {s}: Operation not permitted";
constexpr std::string_view kNoName = "{p}: Cannot determine your user name.";
constexpr std::string_view kNoOpen = "{p}: open of {m} failed: Permission denied";
constexpr std::string_view kNoLookup = "{p}: cannot ask name services, subid plugins or PAM";
constexpr std::string_view kNoSubid = "{p}: cannot ask {q} for subordinate {i}s";
constexpr std::string_view kNoPolicy = "{p}: not admitted by the account policy";
constexpr std::string_view kNoRecord = "{p}: cannot put the map on record";
constexpr std::string_view kBadStart = "{p}: cannot start safely";

constexpr ReasonRow kRows[] = {
    {Reason::kNone, "none", "", "", ""},

    {Reason::kKernelTooOld, "kernel-too-old", kBadStart,
     "this kernel is Linux {q}; 5.10 is the oldest that is supported", ""},
    {Reason::kNoStandardDescriptors, "no-standard-descriptors", kBadStart,
     "file descriptors 0 to 2 are closed and could not be filled: {e}", "start it with 0, 1 and 2 open"},
    {Reason::kStartStepFailed, "start-step-failed", kBadStart, "{s} failed: {e}",
     "a seccomp filter, a security module or a resource limit of the caller refuses it"},
    {Reason::kStartStepNotEffective, "start-step-not-effective", kBadStart,
     "{s} reported success and changed nothing",
     "a seccomp filter answers in place of the kernel; start it without that filter"},
    {Reason::kForeignGroup, "foreign-group", kBadStart, "the effective group {1} is not the caller's group {0}",
     "remove the set-group-id bit (chmod g-s), or start it with one group only"},
    {Reason::kForeignUser, "foreign-user", kBadStart, "the effective user {1} is neither root nor the caller {0}",
     "a setuid file must belong to root; otherwise start it with one user only"},
    {Reason::kKeepCapsLocked, "keep-caps-locked", kBadStart,
     "the caller's securebits lock SECBIT_KEEP_CAPS, so a setuid program cannot change to the caller and keep {c}",
     "start it without the locked bit, or install it with file capabilities"},

    {Reason::kNoArguments, "no-arguments", "{u}", "", ""},
    {Reason::kBadTarget, "bad-target", "{u}",
     "the target {q} is neither a process id (1 to 2147483647, plain decimal) nor fd:N", ""},
    {Reason::kIncompleteTriple, "incomplete-triple", "{p}: ranges: {0} is wrong for argc: {1}",
     "after the target come triples of inside id, outside id and count; {1} numbers are no whole triples", ""},
    {Reason::kNotDecimal, "not-decimal", "{u}",
     "argument {0}, {q}, is not a plain decimal number (no sign, blank, leading zero, hexadecimal or octal)", ""},
    {Reason::kIdTooLarge, "id-too-large", kOverflow, "argument {0}, {q}, is too large: the largest id is 4294967294",
     ""},
    {Reason::kZeroCount, "zero-count", kOverflow, "triple {0} has a count of 0, it would map nothing", ""},
    {Reason::kTooManyIds, "too-many-ids", kOverflow,
     "triple {0} goes past id 4294967294: {1} or {2} plus a count of {3} is more than 4294967295", ""},
    {Reason::kTooManyExtents, "too-many-extents", kInvalidWrite,
     "{0} triples; the kernel takes at most 340 in one map", "join neighbouring ranges"},
    {Reason::kInsideOverlap, "inside-overlap", kInvalidWrite, "triples {0} and {1} both map inside {i} {2}",
     "give every inside id once"},
    {Reason::kOutsideOverlap, "outside-overlap", kInvalidWrite, "triples {0} and {1} both use outside {i} {2}",
     "give every outside id once"},
    {Reason::kMapTextTooLong, "map-text-too-long", kInvalidWrite,
     "the map would be {0} bytes of text; the kernel takes at most 4095", "join neighbouring ranges"},

    {Reason::kNoProcess, "no-process", "{p}: Could not open proc directory for target {0}: {e}",
     "no process {0} is visible in /proc here", "a /proc mounted with hidepid hides other users' processes"},
    {Reason::kBadDescriptor, "bad-descriptor", "{u}", "file descriptor {0} cannot be used: {e}", ""},
    {Reason::kNotProcessDirectory, "not-process-directory", "{u}",
     "the target {q} is not the directory of a process in a proc filesystem: {e}",
     "open /proc/PID itself, with nothing mounted over it or over the files in it"},
    {Reason::kOpenat2Missing, "openat2-missing", "{p}: open of {m} failed: {e}",
     "the system calls openat2 and statx are refused, and without one of them files in /proc cannot be opened safely",
     "allow openat2 in the container's seccomp profile"},
    {Reason::kTargetGone, "target-gone", "{p}: Could not stat directory for target process: {e}",
     "the target process has ended", ""},
    {Reason::kTargetUnreadable, "target-unreadable", "{p}: Could not stat directory for target process: {e}",
     "{s} failed", ""},
    {Reason::kPidfdOfElsewhere, "pidfd-of-elsewhere", "{u}",
     "file descriptor {0} is a pidfd of a process that is not visible in the /proc here",
     "start {p} where the process can be seen"},
    {Reason::kTargetIsZombie, "target-is-zombie", kNoOpen,
     "the target process has ended and waits for its parent to notice", ""},
    {Reason::kTargetNotDumpable, "target-not-dumpable", kNoOpen,
     "the target process is not dumpable, so its {m} belongs to root and only root may write it",
     "it has executed a set-id program, an unreadable one, or called prctl(PR_SET_DUMPABLE, 0); map it before that"},

    {Reason::kFileUnreadable, "file-unreadable", kNoGrantFile, "{s} cannot be read by the caller",
     "the caller must be able to read it, as with chmod 644 {s}"},
    {Reason::kFileForbidden, "file-forbidden", kNoGrantFile,
     "{s} cannot be read by the caller, although its mode lets everybody read it",
     "an access control list (getfacl {s}) or a security module forbids it; see the kernel's log: dmesg, or "
     "ausearch -m avc"},
    {Reason::kFileNotRegular, "file-not-regular", kUnsafeFile, "{s} is not a regular file", ""},
    {Reason::kFileOwnedByCaller, "file-owned-by-caller", kUnsafeFile,
     "{s} belongs to the caller, who could grant himself anything", "give it to root: chown root:root {s}"},
    {Reason::kFileWritableByAll, "file-writable-by-all", kUnsafeFile, "{s} may be written by everyone",
     "chmod o-w {s}"},
    {Reason::kFileWritableByCaller, "file-writable-by-caller", kUnsafeFile,
     "{s} may be written by the caller, through a group or an access control list", "chmod g-w {s}, setfacl -b {s}"},
    {Reason::kSubidSourceUnsupported, "subid-source-unsupported", "{p}: cannot open {g}: Operation not supported",
     "the subid: line of /etc/nsswitch.conf has {q}, which is no name of a service, or more than 8 services",
     "put the names of services there, as in: subid: files sss"},
    {Reason::kTooManyNames, "too-many-names", kNoName, "/etc/passwd has too many names for uid {0}", ""},
    {Reason::kTooManyRanges, "too-many-ranges", "{p}: cannot open {g}: Operation not supported",
     "what is asked for touches more than {0} separate ranges that {g} grants to the caller",
     "join neighbouring ranges"},

    {Reason::kLookupMissing, "lookup-missing", kNoLookup, "the program for that, {s}, cannot be opened: {e}",
     "install it, or leave /etc/passwd and {g} as the only sources, without a PAM policy"},
    {Reason::kLookupUnfit, "lookup-unfit", kNoLookup,
     "the program for that, {s}, is not a file of root with mode 2711 and a group other than root's and the caller's",
     "as root: groupadd --system _uidmap; chown root:_uidmap {s}; chmod 2711 {s}"},
    {Reason::kLookupStepFailed, "lookup-step-failed", kNoLookup,
     "the program for that could not be started: {s} failed: {e}",
     "a seccomp filter or a resource limit of the caller refuses it"},
    {Reason::kLookupNotReady, "lookup-not-ready", kNoLookup, "uidmap-lookup does not run as it must: {t}", ""},
    {Reason::kLookupExposed, "lookup-exposed", kNoLookup,
     "uidmap-lookup could be steered by the caller, so its answer does not count: {h}",
     "its file system may be mounted nosuid, or no_new_privs is set"},
    {Reason::kLookupEnded, "lookup-ended", kNoLookup, "uidmap-lookup ended without an answer",
     "a module crashed, memory ran out, or somebody killed it"},
    {Reason::kLookupSilent, "lookup-silent", kNoLookup, "there was no answer within {0} seconds",
     "a directory server or its client on this host (sssd, nslcd, winbindd) may hang"},
    {Reason::kLookupMisspoke, "lookup-misspoke", kNoLookup, "uidmap-lookup gave an answer that makes no sense",
     "is it of the same version as {p}?"},
    {Reason::kLookupDisturbed, "lookup-disturbed", kNoLookup,
     "uidmap-lookup was stopped while it was asked, so its answer does not count", "leave it alone, and try again"},

    {Reason::kAccountSourceFailed, "account-source-failed", kNoName,
     "the name services that /etc/nsswitch.conf has for passwd failed: {t}",
     "see with getent passwd UID; a service that is listed but not running fails, too"},
    {Reason::kSubidSourceFailed, "subid-source-failed", kNoSubid,
     "libsubid_{s}.so could not find out what is granted: {t}", "see whether the service behind it runs"},
    {Reason::kSubidPluginUnfit, "subid-plugin-unfit", kNoSubid, "the plugin for it cannot be used: {t}",
     "install the plugin, or take the service out of the subid: line of /etc/nsswitch.conf"},
    {Reason::kSubidPluginWithoutName, "subid-plugin-without-name", kNoSubid,
     "a plugin is asked by name, and no account was found for uid {0}",
     "see with getent passwd {0}; a directory that cannot be reached may look as if it did not know the user"},
    {Reason::kPolicyUnavailable, "policy-unavailable", kNoPolicy,
     "there is a PAM policy for {p}, and it cannot be asked: {t}", ""},
    {Reason::kPolicyRefused, "policy-refused", kNoPolicy, "the PAM policy for {p} refuses the caller: {t}", ""},
    {Reason::kPolicyWithoutName, "policy-without-name", kNoPolicy,
     "there is a PAM policy for {p}, and uid {0} has no name that it could be asked about", ""},

    {Reason::kTargetOfOtherUser, "target-of-other-user", kOtherUser,
     "the target process runs as uid {2}, the caller is uid {0}", "only one's own processes can be given a map"},
    {Reason::kTargetOfOtherGroup, "target-of-other-group", kOtherUser,
     "the uid is right, but the target process runs as gid {5} and the caller as gid {3}",
     "start both with the same group"},
    {Reason::kCallerNotInPrimaryGroup, "caller-not-in-primary-group", kOtherUser,
     "the uid is right, but the caller runs as gid {3}, and the primary group of his account is {4}",
     "run caller and target with the primary group (newgrp), or as root: GRANT_AUX_GROUP_SUBIDS yes in "
     "/etc/login.defs"},
    {Reason::kGrantFileMissing, "grant-file-missing", "{p}: cannot open {g}: No such file or directory",
     "{g} does not exist, so nothing but the caller's own {i} may be mapped",
     "as root: touch {g}, then usermod --add-sub{i}s FIRST-LAST NAME"},
    {Reason::kRangeNotGranted, "range-not-granted", kNotAllowed,
     "{g} does not grant all of outside {i}s {2} to {4} to uid {5}, named {q}: {6} is the first one missing; what "
     "it grants is {h}",
     "as root: usermod --add-sub{i}s FIRST-LAST NAME, with a range that is free"},
    {Reason::kRangeNotGrantedToUid, "range-not-granted-to-uid", kNotAllowed,
     "{g} does not grant all of outside {i}s {2} to {4} to uid {5}, for which no account was found in /etc/passwd "
     "and what nsswitch.conf names beside it: {6} is the first one missing; what it grants is {h}",
     "see getent passwd {5}: a directory that cannot be reached looks like this, too; for a uid without an account, "
     "as root: add a line {5}:FIRST:COUNT to {g}"},
    {Reason::kRangeNotGrantedByPlugin, "range-not-granted-by-plugin", kNotAllowed,
     "the subid service {q} does not grant all of outside {i}s {2} to {4} to {t}",
     "the grants are made in the directory behind that service, not in {g}"},
    {Reason::kOutsideNotInParent, "outside-not-in-parent", kRefusedWrite,
     "outside {i}s {0} to {1} are granted, but do not exist in this user namespace",
     "/proc/self/{m} shows which do; what is granted here must lie inside them"},
    {Reason::kTooManyPieces, "too-many-pieces", kInvalidWrite,
     "with extents cut where the lines of /proc/self/{m} end, the map would be more than the 340 that the kernel "
     "takes",
     "ask for ranges that lie inside single lines of it"},

    {Reason::kNoNewPrivs, "no-new-privs", kRefusedWrite,
     "no_new_privs is set, so the kernel gave this program no {c}",
     "start it without no_new_privs (container engines: allowPrivilegeEscalation; systemd: NoNewPrivileges=)"},
    {Reason::kCapabilityNotInBoundingSet, "capability-not-in-bounding-set", kRefusedWrite,
     "{c} is missing from the capability bounding set, so the kernel gave this program none",
     "start the container or service with {c} (podman run --cap-add)"},
    {Reason::kTracedAtExec, "traced-at-exec", kRefusedWrite,
     "{p} is being traced, and a program that is traced by one without privilege gets no {c} from the kernel",
     "start it without strace or debugger, or trace it as root: strace -u USER"},
    {Reason::kNosuidMount, "nosuid-mount", kRefusedWrite,
     "the file {q} is on a file system that is mounted nosuid, so the kernel gave it no {c}",
     "findmnt -T FILE shows the mount; install {p} elsewhere, or mount it with suid"},
    {Reason::kMarkWithoutEffect, "mark-without-effect", kRefusedWrite,
     "the setuid bit of the file {q} brought no {c}: {h}",
     "in a container, install {p} there, as the container's root"},
    {Reason::kNoPrivilege, "no-privilege", kRefusedWrite,
     "the file {q} has no setuid bit, and no file capability that counts here, so it was started without {c}",
     "copies and image layers lose them; as root: setcap cap_set{i}=ep FILE, or chown root:root FILE and chmod 4755 "
     "FILE"},
    {Reason::kOutsideZeroWithoutSetfcap, "outside-zero-without-setfcap", kRefusedWrite,
     "outside uid 0 is asked for; mapping it needs CAP_SETFCAP, which this program was started without",
     "map without outside uid 0, or install {p} setuid root"},
    {Reason::kLogFailed, "log-failed", kNoRecord, "the system log is there, but {s} failed: {e}",
     "a limit of the caller refuses it: open files (ulimit -Hn) or memory"},
    {Reason::kAuditUnfit, "audit-unfit", kNoRecord,
     "audit is on, but the program that writes to it, {s}, is missing, or not a file of root without set-id bits "
     "that "
     "nobody else may write",
     "install it: chown root:root {s}; chmod 0711 {s}"},
    {Reason::kAuditStepFailed, "audit-step-failed", kNoRecord,
     "audit is on, but the program that writes to it could not be started: {s} failed: {e}",
     "a seccomp filter or a resource limit of the caller refuses it"},
    {Reason::kAuditNotReady, "audit-not-ready", kNoRecord,
     "audit is on, but uidmap-audit does not run as it must: {t}", ""},
    {Reason::kAuditEnded, "audit-ended", kNoRecord, "audit is on, but uidmap-audit ended without an answer",
     "memory ran out, or somebody killed it"},
    {Reason::kAuditSilent, "audit-silent", kNoRecord,
     "audit is on, but uidmap-audit did not answer within {0} milliseconds",
     "it was stopped, or the kernel's audit queue is full: see auditctl -s"},
    {Reason::kAuditFailed, "audit-failed", kNoRecord, "audit is on, but the record was not taken: {e}",
     "see auditctl -s; limits of the caller (open files, memory) can be the cause, too"},
    {Reason::kRaiseFailed, "raise-failed", kRefusedWrite, "{c} could not be made effective: {e}", ""},
    {Reason::kSetgroupsUnavailable, "setgroups-unavailable", "{p}: couldn't open process setgroups: {e}",
     "setgroups(2) must be denied in the target before a map without a granted gid is written",
     "the target may have ended, or something is mounted over its setgroups in /proc"},
    {Reason::kSetgroupsDenyFailed, "setgroups-deny-failed", "{p}: failed to setgroups deny policy: {e}",
     "setgroups(2) must be denied in the target before a map without a granted gid is written",
     "somebody else may have written the gid map just now; a seccomp filter may refuse it"},
    {Reason::kTargetInOwnNamespace, "target-in-own-namespace", kRefusedWrite,
     "the target process is still in the user namespace of {p} itself, which has its map",
     "the target must make a user namespace first: unshare(1) with --user, or unshare(2) with CLONE_NEWUSER"},
    {Reason::kMapAlreadyWritten, "map-already-written", kRefusedWrite,
     "the target's {m} is written already, and begins with {t}; that can be done once only",
     "make a new user namespace for a new map"},
    {Reason::kNamespaceNotChild, "namespace-not-child", kRefusedWrite,
     "the target's user namespace was not made in the one that {p} runs in, but deeper or elsewhere",
     "start {p} in the user namespace in which the target's was made"},
    {Reason::kNamespaceOfOther, "namespace-of-other", kRefusedWrite,
     "the target's user namespace is out of the caller's reach: it was not made by uid {0}, or not in the one that "
     "{p} "
     "runs in",
     "who made a user namespace must start {p}, where he made it"},
    {Reason::kSecurityModule, "security-module", kRefusedWrite,
     "the kernel refused the map although all that can be seen is right; {s}, may have done so",
     "see the kernel's log: dmesg, or ausearch -m avc"},
    {Reason::kMapOpenFailed, "map-open-failed", "{p}: open of {m} failed: {e}",
     "the kernel did not open the target's {m} for the caller",
     "the target may have ended, or may not be dumpable (prctl PR_SET_DUMPABLE)"},
    {Reason::kMapWriteFailed, "map-write-failed", "{p}: write to {m} failed: {e}",
     "the kernel refused the map although all that can be seen is right",
     "a security module or a container's seccomp filter may have done so; see the kernel's log"},
    {Reason::kMapWriteShort, "map-write-short", "{p}: write to {m} failed: Input/output error",
     "the kernel took {0} of {1} bytes", "a seccomp filter answers in place of the kernel"},
    {Reason::kCapabilityNotGone, "capability-not-gone", "{p}: cannot end safely",
     "{c} could not be given up after the write: {s}",
     "the map may be written; a seccomp filter answers in place of the kernel"},
};

constexpr bool RowsFollowTheEnum() {
  if (std::size(kRows) != static_cast<std::size_t>(Reason::kCount)) return false;
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].reason != static_cast<Reason>(i)) return false;
  }
  return true;
}
static_assert(RowsFollowTheEnum());

constexpr bool FieldsAreWellFormed(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') continue;
    if (i + 2 >= text.size() || text[i + 2] != '}') return false;
    if (std::string_view("pimgcusqthe0123456").find(text[i + 1]) == std::string_view::npos) return false;
  }
  return true;
}

constexpr bool TextsAreWellFormed() {
  for (const ReasonRow& row : kRows) {
    if (!FieldsAreWellFormed(row.first_line) || !FieldsAreWellFormed(row.why) || !FieldsAreWellFormed(row.hint)) {
      return false;
    }
  }
  return true;
}
static_assert(TextsAreWellFormed());

}  // namespace

const ReasonRow& RowOf(Reason reason) { return kRows[static_cast<std::size_t>(reason)]; }

}  // namespace uidmap
