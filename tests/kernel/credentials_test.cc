// SPDX-License-Identifier: BSD-3-Clause
// Who may open and write a map file: new_idmap_permitted() and verify_root_map() in
// kernel/user_namespace.c, file_ns_capable() in kernel/capability.c, task_dump_owner() in
// fs/proc/base.c.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <cerrno>

#include "support.h"

namespace uidmap_kernel {
namespace {

// A request that needs the capability, since it is more than the caller's own id.
constexpr const char* kRange = "0 100000 10";
constexpr const char* kSelf = "0 61001 1";
constexpr const char* kOutsideZero = "0 0 1";

uid_t OwnerOf(int directory, const char* file) {
  struct stat status = {};
  Must(fstatat(directory, file, &status, AT_EMPTY_PATH) == 0, "stat a file of /proc/PID");
  return status.st_uid;
}

// The caller's uid and CAP_SETUID effective at open and write are enough, CAP_SYS_ADMIN is not
// needed: the owner of a namespace has every capability over it, cap_capable() in
// security/commoncap.c.
TEST(Credentials, OwnerWithCapSetuidAloneWritesUidMap) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    EXPECT_EQ(target.Write("uid_map", kRange), kOk);
  });
}

// The same for gid_map and CAP_SETGID: proc_gid_map_write().
TEST(Credentials, OwnerWithCapSetgidAloneWritesGidMap) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETGID}));
    EXPECT_EQ(target.Write("gid_map", kRange), kOk);
  });
}

// Each map asks for its own capability: proc_gid_map_write() passes CAP_SETGID to map_write().
TEST(Credentials, CapSetuidDoesNotWriteGidMap) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    EXPECT_EQ(target.Write("gid_map", kRange), Fails(EPERM));
  });
}

// The opener's credentials count: new_idmap_permitted() asks file_ns_capable(), so a capability
// that is raised after the open comes too late.
TEST(Credentials, CapabilityRaisedAfterOpenIsEperm) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Dormant({CAP_SETUID}));
    const Fd map = target.Open("uid_map", O_WRONLY);
    SetCapabilities(Raised({CAP_SETUID}));
    EXPECT_EQ(WriteText(map.get(), kRange), Fails(EPERM));
  });
}

// The writer's credentials count, too: new_idmap_permitted() asks ns_capable() as well.
TEST(Credentials, CapabilityDroppedBeforeWriteIsEperm) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    const Fd map = target.Open("uid_map", O_WRONLY);
    SetCapabilities(Dormant({CAP_SETUID}));
    EXPECT_EQ(WriteText(map.get(), kRange), Fails(EPERM));
  });
}

// Outside id 0 needs CAP_SETFCAP in the opener: verify_root_map(), since Linux 5.12.
TEST(Credentials, OutsideZeroWithoutCapSetfcapIsEperm) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    EXPECT_EQ(target.Write("uid_map", kOutsideZero), Fails(EPERM));
  });
}

// CAP_SETFCAP raised after the open comes too late: verify_root_map() asks file_ns_capable().
TEST(Credentials, CapSetfcapRaisedAfterOpenIsEperm) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, {.permitted = {CAP_SETUID, CAP_SETFCAP}, .effective = {CAP_SETUID}});
    const Fd map = target.Open("uid_map", O_WRONLY);
    SetCapabilities(Raised({CAP_SETUID, CAP_SETFCAP}));
    EXPECT_EQ(WriteText(map.get(), kOutsideZero), Fails(EPERM));
  });
}

// CAP_SETFCAP is needed at the open and not at the write: verify_root_map().
TEST(Credentials, CapSetfcapAtOpenSufficesForOutsideZero) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID, CAP_SETFCAP}));
    const Fd map = target.Open("uid_map", O_WRONLY);
    SetCapabilities(Raised({CAP_SETUID}));
    EXPECT_EQ(WriteText(map.get(), kOutsideZero), kOk);
  });
}

// Group 0 needs no CAP_SETFCAP: map_write() calls verify_root_map() for uid maps only.
TEST(Credentials, OutsideGroupZeroNeedsNoCapSetfcap) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETGID}));
    EXPECT_EQ(target.Write("gid_map", kOutsideZero), kOk);
  });
}

// One's own uid, alone, is mapped without any capability: new_idmap_permitted(), "Allow mapping to
// your own filesystem ids".
TEST(Credentials, OwnUidNeedsNoCapability) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller);
    EXPECT_EQ(target.Write("uid_map", kSelf), kOk);
  });
}

// One's own gid is not, as long as setgroups is allowed: new_idmap_permitted(), CVE-2014-8989.
TEST(Credentials, OwnGidWhileSetgroupsIsAllowedIsEperm) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller);
    EXPECT_EQ(target.Write("gid_map", kSelf), Fails(EPERM));
  });
}

// One's own gid is mapped without any capability once setgroups is denied: new_idmap_permitted().
TEST(Credentials, OwnGidNeedsSetgroupsDeniedFirst) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller);
    EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
    EXPECT_EQ(target.Write("gid_map", kSelf), kOk);
  });
}

// Another user with CAP_SETUID cannot even open the map: it is mode 0644 and belongs to the
// target's effective uid, task_dump_owner().
TEST(Credentials, StrangerWithCapSetuidCannotOpen) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kStranger, Raised({CAP_SETUID}));
    EXPECT_EQ(OutcomeOf(target.Open("uid_map", O_WRONLY).get()), Fails(EACCES));
  });
}

// Past the open (CAP_DAC_OVERRIDE) the write still wants the owner's uid or CAP_SYS_ADMIN:
// map_write(), cap_valid(CAP_SYS_ADMIN) with file_ns_capable().
TEST(Credentials, StrangerWithCapSetuidCannotWrite) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kStranger, Raised({CAP_SETUID, CAP_DAC_OVERRIDE}));
    const Fd map = target.Open("uid_map", O_WRONLY);
    EXPECT_EQ(OutcomeOf(map.get()), kOk);
    EXPECT_EQ(WriteText(map.get(), kRange), Fails(EPERM));
  });
}

// A descriptor opened as root stays as mighty as root, whoever writes: with CAP_SETUID it maps
// another user's namespace. Hence the drop before the open: file_ns_capable(), file->f_cred.
TEST(Credentials, DescriptorOpenedAsRootWritesAForeignMap) {
  const NewNamespace target(kStranger);
  InChild([&] {
    const Fd map = target.Open("uid_map", O_WRONLY);
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    EXPECT_EQ(WriteText(map.get(), kRange), kOk);
  });
}

// Map files of a target that is not dumpable belong to root, so its own user with CAP_SETUID gets
// EACCES: task_dump_owner(), proc(5).
TEST(MapFiles, OfANonDumpableTargetAreEacces) {
  const NewNamespace target(kCaller, [] { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); });
  EXPECT_EQ(OwnerOf(target.directory(), "uid_map"), 0U);
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    EXPECT_EQ(OutcomeOf(target.Open("uid_map", O_WRONLY).get()), Fails(EACCES));
  });
}

// The directory /proc/PID keeps the target's ids when it is not dumpable: task_dump_owner() exempts
// mode 0555 directories.
TEST(MapFiles, DirectoryOfANonDumpableTargetKeepsItsOwner) {
  const NewNamespace target(kCaller, [] { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); });
  EXPECT_EQ(OwnerOf(target.directory(), ""), kCaller);
}

// A zombie has no memory and so nothing that could be dumpable: its map files belong to root, its
// directory to the user, task_dump_owner().
TEST(MapFiles, OfAZombieAreEacces) {
  NewNamespace target;
  target.process().Kill();
  EXPECT_EQ(OwnerOf(target.directory(), "uid_map"), 0U);
  EXPECT_EQ(OwnerOf(target.directory(), ""), kCaller);
  InChild([&] {
    BecomeUser(kCaller, Raised({CAP_SETUID}));
    EXPECT_EQ(OutcomeOf(target.Open("uid_map", O_WRONLY).get()), Fails(EACCES));
  });
}

// A held directory never leads to another process that was given the pid later: once the target is
// reaped, lookup fails with ESRCH, proc_pident_lookup() in fs/proc/base.c.
TEST(MapFiles, OfAReapedTargetAreEsrch) {
  NewNamespace target;
  target.process().Kill();
  target.process().Reap();
  EXPECT_EQ(OutcomeOf(target.Open("uid_map", O_WRONLY).get()), Fails(ESRCH));
}

}  // namespace
}  // namespace uidmap_kernel
