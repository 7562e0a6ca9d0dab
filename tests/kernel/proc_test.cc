// SPDX-License-Identifier: BSD-3-Clause
// How a process knows that /proc/PID is what it seems to be, and what hidepid hides: fs/namei.c,
// fs/proc/root.c, fs/proc/base.c.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "support.h"

namespace uidmap_kernel {
namespace {

Fd OpenMapStrictly(int directory) {
  open_how how = {};
  how.flags = O_WRONLY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  return Fd(static_cast<int>(syscall(SYS_openat2, directory, "uid_map", &how, sizeof how)));
}

long FileSystemOf(int fd) {
  struct statfs status = {};
  Must(fstatfs(fd, &status) == 0, "ask for the type of a file system");
  return status.f_type;
}

void MountOwnMapOver(pid_t pid) {
  EnterPrivateMountNamespace();
  const std::string map = "/proc/" + std::to_string(pid) + "/uid_map";
  Must(mount("/proc/self/uid_map", map.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind a map");
}

// A procfs that hides the processes of others, as hidepid=2 on /proc does, in this process alone.
void MountHidingProc() {
  EnterPrivateMountNamespace();
  Must(mount("proc", "/mnt", "proc", 0, "hidepid=2") == 0, "mount a procfs with hidepid");
}

std::string HidingProcPath(pid_t pid) { return "/mnt/" + std::to_string(pid); }

Outcome ListInHidingProc(pid_t pid) {
  const std::string path = HidingProcPath(pid);
  return OutcomeOf(Fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)).get());
}

// openat2 opens a map that nothing is mounted over: the control of the next one, openat2(2).
TEST(Proc, StrictOpenTakesTheRealMap) {
  const NewNamespace target;
  EXPECT_EQ(OutcomeOf(OpenMapStrictly(target.directory()).get()), kOk);
}

// openat2 with RESOLVE_NO_XDEV refuses a map that another process's map is mounted over:
// handle_mounts() in fs/namei.c, openat2(2).
TEST(Proc, StrictOpenOfAMapMountedOverIsExdev) {
  const NewNamespace target;
  InChild([&] {
    MountOwnMapOver(target.pid());
    const Fd directory = OpenProcDirectory(target.pid());
    EXPECT_EQ(OutcomeOf(OpenMapStrictly(directory.get()).get()), Fails(EXDEV));
  });
}

// A plain open takes the map that is mounted over, and fstatfs finds it to be procfs as well, so
// neither can replace the strict open: handle_mounts() in fs/namei.c, mount(2).
TEST(Proc, FstatfsDoesNotNoticeAMapMountedOver) {
  const NewNamespace target;
  InChild([&] {
    MountOwnMapOver(target.pid());
    const Fd directory = OpenProcDirectory(target.pid());
    const Fd other(openat(directory.get(), "uid_map", O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(ReadAll(other.get()), ReadAll(Fd(open("/proc/self/uid_map", O_RDONLY)).get()));
    EXPECT_EQ(FileSystemOf(other.get()), PROC_SUPER_MAGIC);
  });
}

// fstatfs tells procfs by its magic number, through an O_PATH descriptor as well: fstatfs(2),
// open(2).
TEST(Proc, FstatfsKnowsProcThroughAnyDescriptor) {
  const NewNamespace target;
  const Fd readable(openat(target.directory(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(FileSystemOf(readable.get()), PROC_SUPER_MAGIC);
  EXPECT_EQ(FileSystemOf(target.directory()), PROC_SUPER_MAGIC);
  EXPECT_EQ(FileSystemOf(target.Open("uid_map", O_WRONLY).get()), PROC_SUPER_MAGIC);
}

// hidepid=2 hides the processes of others as if they did not exist: proc_pid_permission(),
// proc(5).
TEST(Proc, HidepidHidesForeignProcesses) {
  const NewNamespace foreign(kStranger);
  InChild([&] {
    MountHidingProc();
    BecomeUser(kCaller);
    EXPECT_EQ(ListInHidingProc(foreign.pid()), Fails(ENOENT));
  });
}

// An O_PATH open of a hidden directory succeeds, only what lies below is hidden: no permission of
// the object is asked for, open(2), proc_pid_permission().
TEST(Proc, HidepidLetsAnOPathOpenOfTheDirectoryPass) {
  const NewNamespace foreign(kStranger);
  InChild([&] {
    MountHidingProc();
    BecomeUser(kCaller);
    const Fd hidden(open(HidingProcPath(foreign.pid()).c_str(), O_PATH | O_CLOEXEC));
    EXPECT_EQ(OutcomeOf(hidden.get()), kOk);
    EXPECT_EQ(OutcomeOf(openat(hidden.get(), "uid_map", O_RDONLY | O_CLOEXEC)), Fails(ENOENT));
  });
}

// hidepid=2 shows the user's own processes: has_pid_permissions(), proc(5).
TEST(Proc, HidepidShowsOwnProcesses) {
  const NewNamespace own;
  InChild([&] {
    MountHidingProc();
    BecomeUser(kCaller);
    EXPECT_EQ(ListInHidingProc(own.pid()), kOk);
  });
}

// Effective uid 0 without CAP_SYS_PTRACE sees less than the caller whom it serves, until the drop:
// has_pid_permissions() asks ptrace_may_access() with the file system uid.
TEST(Proc, HidepidHidesTheCallersProcessesFromEffectiveUidZero) {
  const NewNamespace own;
  InChild([&] {
    MountHidingProc();
    BecomeSetuidCaller();
    SetCapabilities(Raised({CAP_SETUID}));
    EXPECT_EQ(ListInHidingProc(own.pid()), Fails(ENOENT));
    EXPECT_EQ(OutcomeOf(setresuid(kCaller, kCaller, kCaller)), kOk);
    EXPECT_EQ(ListInHidingProc(own.pid()), kOk);
  });
}

}  // namespace
}  // namespace uidmap_kernel
