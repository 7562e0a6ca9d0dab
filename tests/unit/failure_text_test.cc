// SPDX-License-Identifier: BSD-3-Clause
// Messages in full. Their first lines are the contract with whoever reads the output of shadow's pair.
#include <errno.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/failure.h"
#include "support.h"

namespace uidmap {
namespace {

std::string Refusal(MapKind kind, Reason reason, const Numbers& numbers = {}, std::string_view subject = "",
                    int error_number = 0) {
  Failure failure = FailureOf(reason, subject, error_number);
  failure.numbers = numbers;
  return std::string(RenderRefusal(RowOf(kind), failure).view());
}

std::string RefusalBySource(MapKind kind, Reason reason, const Numbers& numbers, std::string_view subject,
                            std::string_view said) {
  Failure failure = FailureOf(reason, subject);
  failure.numbers = numbers;
  failure.said.Append(said);
  return std::string(RenderRefusal(RowOf(kind), failure).view());
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(RefusalText, NoArgumentsIsTheUsageAlone) {
  EXPECT_EQ(Refusal(MapKind::kUid, Reason::kNoArguments),
            "usage: newuidmap [<pid>|fd:<pidfd>] <uid> <loweruid> <count> [ <uid> <loweruid> <count> ] ... \n");
  EXPECT_EQ(Refusal(MapKind::kGid, Reason::kNoArguments),
            "usage: newgidmap [<pid|fd:<pidfd>] <gid> <lowergid> <count> [ <gid> <lowergid> <count> ] ... \n");
}

TEST(RefusalText, RangeNotGranted) {
  const Numbers numbers = {1, 65537, 300000, 365536, 365535, 5001, 300007};
  EXPECT_EQ(RefusalBySource(MapKind::kUid, Reason::kRangeNotGranted, numbers, "u1", "300000 to 300006"),
            "newuidmap: uid range [1-65537) -> [300000-365536) not allowed\n"
            "newuidmap: reason: /etc/subuid does not grant all of outside uids 300000 to 365535 to uid 5001, "
            "named \"u1\": 300007 is the first one missing; what it grants is 300000 to 300006\n"
            "newuidmap: hint: as root: usermod --add-subuids FIRST-LAST NAME, with a range that is free\n");
  EXPECT_EQ(RefusalBySource(MapKind::kGid, Reason::kRangeNotGranted, numbers, "u1", "nothing"),
            "newgidmap: gid range [1-65537) -> [300000-365536) not allowed\n"
            "newgidmap: reason: /etc/subgid does not grant all of outside gids 300000 to 365535 to uid 5001, "
            "named \"u1\": 300007 is the first one missing; what it grants is nothing\n"
            "newgidmap: hint: as root: usermod --add-subgids FIRST-LAST NAME, with a range that is free\n");
  EXPECT_EQ(RefusalBySource(MapKind::kGid, Reason::kRangeNotGrantedToUid, numbers, "", "nothing"),
            "newgidmap: gid range [1-65537) -> [300000-365536) not allowed\n"
            "newgidmap: reason: /etc/subgid does not grant all of outside gids 300000 to 365535 to uid 5001, "
            "for which no account was found in /etc/passwd and what nsswitch.conf names beside it: 300007 is the "
            "first one missing; what it grants is nothing\n"
            "newgidmap: hint: see getent passwd 5001: a directory that cannot be reached looks like this, too; for a "
            "uid without an account, as root: add a line 5001:FIRST:COUNT to /etc/subgid\n");
}

TEST(RefusalText, TargetOfOtherGroup) {
  EXPECT_EQ(Refusal(MapKind::kUid, Reason::kTargetOfOtherGroup, {1, 2, 3, 4, 5, 6}),
            "newuidmap: Target process is owned by a different user: "
            "uid:1 pw_uid:2 st_uid:3, gid:4 pw_gid:5 st_gid:6\n"
            "newuidmap: reason: the uid is right, but the target process runs as gid 6 and the caller as gid 4\n"
            "newuidmap: hint: start both with the same group\n");
}

TEST(RefusalText, NotDecimalQuotesTheArgument) {
  EXPECT_EQ(Refusal(MapKind::kGid, Reason::kNotDecimal, {3}, "0x\n10"),
            "usage: newgidmap [<pid|fd:<pidfd>] <gid> <lowergid> <count> [ <gid> <lowergid> <count> ] ... \n"
            "newgidmap: reason: argument 3, \"0x\\x0a10\", is not a plain decimal number "
            "(no sign, blank, leading zero, hexadecimal or octal)\n");
}

TEST(RefusalText, UnreadableGrantFileHasTheErrnoInWords) {
  EXPECT_EQ(Refusal(MapKind::kUid, Reason::kFileUnreadable, {}, "/etc/subuid", EACCES),
            "newuidmap: cannot open /etc/subuid: Permission denied\n"
            "newuidmap: reason: /etc/subuid cannot be read by the caller\n"
            "newuidmap: hint: the caller must be able to read it, as with chmod 644 /etc/subuid\n");
}

TEST(RefusalText, FailedWriteAfterDenySaysThatDenyRemains) {
  Failure failure = FailureOf(Reason::kMapWriteFailed, "", EPERM);
  failure.deny_remains = true;
  EXPECT_EQ(
      RenderRefusal(RowOf(MapKind::kGid), failure).view(),
      "newgidmap: write to gid_map failed: Operation not permitted\n"
      "newgidmap: reason: the kernel refused the map although all that can be seen is right\n"
      "newgidmap: hint: a security module or a container's seccomp filter may have done so; see the kernel's log\n"
      "newgidmap: note: setgroups of the target is now deny, and that cannot be undone\n");
}

TEST(RefusalText, WhatOtherSourcesSayIsQuoted) {
  EXPECT_EQ(RefusalBySource(MapKind::kUid, Reason::kSubidSourceFailed, {}, "sss", "no connection\n"),
            "newuidmap: cannot ask \"sss\" for subordinate uids\n"
            "newuidmap: reason: libsubid_sss.so could not find out what is granted: \"no connection\\x0a\"\n"
            "newuidmap: hint: see whether the service behind it runs\n");
  EXPECT_EQ(RefusalBySource(MapKind::kGid, Reason::kPolicyRefused, {}, "", "User account has expired"),
            "newgidmap: not admitted by the account policy\n"
            "newgidmap: reason: the PAM policy for newgidmap refuses the caller: \"User account has expired\"\n");
  EXPECT_EQ(RefusalBySource(MapKind::kUid, Reason::kLookupNotReady, {}, "", "it has a capability"),
            "newuidmap: cannot ask name services, subid plugins or PAM\n"
            "newuidmap: reason: uidmap-lookup does not run as it must: \"it has a capability\"\n");
}

TEST(RefusalText, UnknownErrnoHasWordsToo) {
  EXPECT_EQ(FirstLine(Refusal(MapKind::kUid, Reason::kMapOpenFailed, {}, "", 100000)),
            "newuidmap: open of uid_map failed: unknown error");
}

TEST(RefusalText, FirstLineIsUpstreams) {
  const struct {
    Reason reason;
    Numbers numbers;
    int error_number;
    const char* uid_line;
    const char* gid_line;
  } rows[] = {
      {Reason::kIncompleteTriple,
       {1, 2},
       0,
       "newuidmap: ranges: 1 is wrong for argc: 2",
       "newgidmap: ranges: 1 is wrong for argc: 2"},
      {Reason::kZeroCount, {1}, 0, "newuidmap: subuid overflow detected.", "newgidmap: subuid overflow detected."},
      {Reason::kIdTooLarge, {2}, 0, "newuidmap: subuid overflow detected.", "newgidmap: subuid overflow detected."},
      {Reason::kTooManyIds,
       {1, 2, 3, 4},
       0,
       "newuidmap: subuid overflow detected.",
       "newgidmap: subuid overflow detected."},
      {Reason::kInsideOverlap,
       {1, 2, 0},
       0,
       "newuidmap: write to uid_map failed: Invalid argument",
       "newgidmap: write to gid_map failed: Invalid argument"},
      {Reason::kTooManyExtents,
       {341},
       0,
       "newuidmap: write to uid_map failed: Invalid argument",
       "newgidmap: write to gid_map failed: Invalid argument"},
      {Reason::kNoProcess,
       {4711},
       ENOENT,
       "newuidmap: Could not open proc directory for target 4711: No such file or directory",
       "newgidmap: Could not open proc directory for target 4711: No such file or directory"},
      {Reason::kTargetUnreadable,
       {},
       EACCES,
       "newuidmap: Could not stat directory for target process: Permission denied",
       "newgidmap: Could not stat directory for target process: Permission denied"},
      {Reason::kGrantFileMissing,
       {},
       0,
       "newuidmap: cannot open /etc/subuid: No such file or directory",
       "newgidmap: cannot open /etc/subgid: No such file or directory"},
      {Reason::kAccountSourceFailed,
       {},
       ECONNREFUSED,
       "newuidmap: Cannot determine your user name.",
       "newgidmap: Cannot determine your user name."},
      {Reason::kSubidSourceUnsupported,
       {},
       0,
       "newuidmap: cannot open /etc/subuid: Operation not supported",
       "newgidmap: cannot open /etc/subgid: Operation not supported"},
      {Reason::kSetgroupsUnavailable,
       {},
       EACCES,
       "newuidmap: couldn't open process setgroups: Permission denied",
       "newgidmap: couldn't open process setgroups: Permission denied"},
      {Reason::kMapOpenFailed,
       {},
       EACCES,
       "newuidmap: open of uid_map failed: Permission denied",
       "newgidmap: open of gid_map failed: Permission denied"},
      {Reason::kNoPrivilege,
       {},
       0,
       "newuidmap: write to uid_map failed: Operation not permitted",
       "newgidmap: write to gid_map failed: Operation not permitted"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(FirstLine(Refusal(MapKind::kUid, row.reason, row.numbers, "", row.error_number)), row.uid_line);
    EXPECT_EQ(FirstLine(Refusal(MapKind::kGid, row.reason, row.numbers, "", row.error_number)), row.gid_line);
  }
}

}  // namespace
}  // namespace uidmap
