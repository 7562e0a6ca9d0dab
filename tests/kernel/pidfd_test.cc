// SPDX-License-Identifier: BSD-3-Clause
// From a pidfd to a process id, and whether that is still its own: pidfd_show_fdinfo() and pidfd_poll() in
// kernel/fork.c (fs/pidfs.c since Linux 6.9), pidfd_open(2).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "support.h"

namespace uidmap_kernel {
namespace {

Fd PidfdOf(pid_t pid) {
  Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  Must(pidfd.get() >= 0, "open a pidfd");
  return pidfd;
}

// The value of the line "Pid:" in the information about a descriptor, "none" without such a line.
std::string PidIn(const std::string& directory, int fd) {
  const std::string path = directory + "/fdinfo/" + std::to_string(fd);
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return "unreadable";
  const std::string text = "\n" + ReadAll(file.get());
  const std::string key = "\nPid:\t";
  const std::size_t found = text.find(key);
  if (found == std::string::npos) return "none";
  const std::size_t start = found + key.size();
  return text.substr(start, text.find('\n', start) - start);
}

std::string PidIn(const Fd& fd) { return PidIn("/proc/self", fd.get()); }

int Poll(const Fd& pidfd) {
  pollfd polled = {.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  return poll(&polled, 1, 0);
}

void Idle() {}

TEST(Pidfd, InformationHasTheProcessId) {
  const HeldProcess process(Idle);
  EXPECT_EQ(PidIn(PidfdOf(process.pid())), std::to_string(process.pid()));
}

TEST(Pidfd, InformationOfOtherDescriptorsHasNone) {
  const HeldProcess process(Idle);
  EXPECT_EQ(PidIn(OpenProcDirectory(process.pid())), "none");
  EXPECT_EQ(PidIn(Pipe().read_end), "none");
}

// A process that has ended keeps its number until it is waited for.
TEST(Pidfd, InformationOfAZombieHasTheProcessId) {
  HeldProcess process(Idle);
  const Fd pidfd = PidfdOf(process.pid());
  process.Kill();
  EXPECT_EQ(PidIn(pidfd), std::to_string(process.pid()));
}

TEST(Pidfd, InformationOfAReapedProcessIsMinusOne) {
  HeldProcess process(Idle);
  const Fd pidfd = PidfdOf(process.pid());
  process.Kill();
  process.Reap();
  EXPECT_EQ(PidIn(pidfd), "-1");
}

TEST(Pidfd, PollTellsThatAProcessHasEnded) {
  HeldProcess process(Idle);
  const Fd pidfd = PidfdOf(process.pid());
  EXPECT_EQ(Poll(pidfd), 0);
  process.Kill();
  EXPECT_EQ(Poll(pidfd), 1);
  process.Reap();
  EXPECT_EQ(Poll(pidfd), 1);
}

// The number is that of the pid namespace which the procfs is of, 0 if that has none: pid_nr_ns().
TEST(Pidfd, InformationOfAProcessOutsideThePidNamespaceIsZero) {
  const HeldProcess process(Idle);
  const Fd pidfd = PidfdOf(process.pid());
  InChild([&] {
    EnterPrivateMountNamespace();
    Must(unshare(CLONE_NEWPID) == 0, "create a pid namespace");
    InChild([&] {
      Must(mount("proc", "/mnt", "proc", 0, nullptr) == 0, "mount a procfs");
      EXPECT_EQ(PidIn("/mnt/self", pidfd.get()), "0");
      EXPECT_EQ(PidIn("/mnt/self", PidfdOf(getpid()).get()), "1");
    });
  });
}

// A process may read the information about its own descriptors also when it is not dumpable, and its directory in
// /proc root's: proc_fd_permission(), since Linux 5.14 for fdinfo, too.
TEST(Pidfd, InformationIsReadableForAProcessThatIsNotDumpable) {
  const HeldProcess process(Idle);
  InChild([&] {
    BecomeUser(kCaller);
    Must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "become undumpable");
    EXPECT_EQ(PidIn(PidfdOf(process.pid())), std::to_string(process.pid()));
  });
}

}  // namespace
}  // namespace uidmap_kernel
