// SPDX-License-Identifier: BSD-3-Clause
// What execve(2) of a privileged program gives and takes: cap_bprm_creds_from_file() in
// security/commoncap.c, bprm_fill_uid() and begin_new_exec() in fs/exec.c, capabilities(7).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <functional>
#include <string>

#include "process_state.h"
#include "support.h"

namespace uidmap_kernel {
namespace {

using Ids = std::array<uid_t, 3>;
constexpr Ids kCallerIds = {kCaller, kCaller, kCaller};
constexpr Ids kSetuidIds = {kCaller, 0, 0};
constexpr const char* kPrivateDirectory = "/mnt";
constexpr const char* kProgram = "/mnt/reporter";

// How the reporter is marked and started. It is started by kCaller, who has no capability; one that
// the starter kept until exec would hide whether exec gives any.
struct Launch {
  mode_t mode = 0755;
  gid_t group = 0;
  Capabilities capabilities{};  // of the file, permitted and effective
  unsigned long mount_flags = 0;
  std::function<void()> as_root = [] {};
  std::function<void()> as_caller = [] {};
};

struct Started {
  Outcome exec;
  ProcessState state;
};

Fd OpenReporter() {
  std::array<char, PATH_MAX> self{};
  const ssize_t size = readlink("/proc/self/exe", self.data(), self.size());
  Must(size > 0, "find the test program");
  std::string path(self.data(), static_cast<size_t>(size));
  path.replace(path.rfind('/') + 1, std::string::npos, "kernel_reporter");
  Fd reporter(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Must(reporter.get() >= 0, "open kernel_reporter beside the test program");
  return reporter;
}

void CopyToProgram(const Fd& reporter) {
  struct stat status = {};
  Must(fstat(reporter.get(), &status) == 0, "measure the reporter");
  const Fd copy(open(kProgram, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
  const auto size = static_cast<size_t>(status.st_size);
  Must(sendfile(copy.get(), reporter.get(), nullptr, size) == status.st_size, "copy the reporter");
}

void MarkProgram(const Launch& launch) {
  Must(chown(kProgram, 0, launch.group) == 0, "give the program to its group");
  Must(chmod(kProgram, launch.mode) == 0, "set the program's mode");
  if (launch.capabilities.empty()) return;
  const cap_t state = cap_init();
  const int count = static_cast<int>(launch.capabilities.size());
  for (const cap_flag_t flag : {CAP_PERMITTED, CAP_EFFECTIVE}) {
    cap_set_flag(state, flag, count, launch.capabilities.data(), CAP_SET);
  }
  Must(cap_set_file(kProgram, state) == 0, "set the program's capabilities");
  cap_free(state);
}

// The copy and its mount end with this process.
void InstallProgram(const Launch& launch) {
  const Fd reporter = OpenReporter();
  EnterPrivateMountNamespace();
  Must(mount("tmpfs", kPrivateDirectory, "tmpfs", launch.mount_flags, "mode=755") == 0, "mount a private tmpfs");
  CopyToProgram(reporter);
  MarkProgram(launch);
}

Started Start(const Launch& launch) {
  Pipe report;
  const int status = WaitStatusOf([&] {
    InstallProgram(launch);
    launch.as_root();
    BecomeUser(kCaller);
    launch.as_caller();
    Must(dup2(report.write_end.get(), STDOUT_FILENO) >= 0, "redirect standard output");
    execl(kProgram, kProgram, nullptr);
    _exit(errno);
  });
  report.write_end.Close();
  const std::string bytes = ReadAll(report.read_end.get());
  Started started = {.exec = Fails(WEXITSTATUS(status)), .state = {}};
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != kPreparationFailed);
  EXPECT_EQ(bytes.size(), started.exec == kOk ? sizeof started.state : 0);
  if (bytes.size() == sizeof started.state) {
    std::memcpy(&started.state, bytes.data(), bytes.size());
  }
  return started;
}

void ExpectNothingGained(const Started& started) {
  EXPECT_EQ(started.exec, kOk);
  EXPECT_EQ(started.state.uids, kCallerIds);
  EXPECT_EQ(started.state.permitted, 0U);
  EXPECT_EQ(started.state.effective, 0U);
}

void SetNoNewPrivileges() { Must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "set no_new_privs"); }

void DropCapSetuidFromBoundingSet() { Must(cap_drop_bound(CAP_SETUID) == 0, "reduce the bounding set"); }

void KeepCapabilities() { Must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "set the keep-capabilities flag"); }

void ArmHourlyAlarm() {
  itimerval hour = {};
  hour.it_value.tv_sec = 3600;
  Must(setitimer(ITIMER_REAL, &hour, nullptr) == 0, "arm an interval timer");
}

void BlockSigusr1Alone() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  Must(sigprocmask(SIG_SETMASK, &signals, nullptr) == 0, "block a signal");
}

void ArmParentDeathSignal() { Must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "arm the parent-death signal"); }

// The control for all the others: a program without a mark gives nothing.
TEST(Exec, UnmarkedProgramGivesNothing) { ExpectNothingGained(Start({})); }

// A setuid-root program starts with real uid of the caller, effective and saved 0, and all
// capabilities of the bounding set: bprm_fill_uid(), handle_privileged_root().
TEST(Exec, SetuidRootGivesUZeroZeroAndTheBoundingSet) {
  const Started started = Start({.mode = 04755});
  EXPECT_EQ(started.state.uids, kSetuidIds);
  EXPECT_EQ(started.state.permitted, started.state.bounding);
  EXPECT_EQ(started.state.effective, started.state.bounding);
}

// A file with cap_setuid=ep gives exactly that capability, and the ids stay:
// bprm_caps_from_vfs_caps().
TEST(Exec, FileCapabilityGivesExactlyItself) {
  const Started started = Start({.capabilities = {CAP_SETUID}});
  EXPECT_EQ(started.state.uids, kCallerIds);
  EXPECT_EQ(started.state.permitted, Bit(CAP_SETUID));
  EXPECT_EQ(started.state.effective, Bit(CAP_SETUID));
}

// With both marks the file capability decides about the sets and the mode about the ids:
// handle_privileged_root(), "has both setuid-root and effective capabilities".
TEST(Exec, BothMarksGiveUZeroZeroWithTheFileCapabilityAlone) {
  const Started started = Start({.mode = 04755, .capabilities = {CAP_SETUID}});
  EXPECT_EQ(started.state.uids, kSetuidIds);
  EXPECT_EQ(started.state.permitted, Bit(CAP_SETUID));
  EXPECT_EQ(started.state.effective, Bit(CAP_SETUID));
}

// Both marks leave the program not dumpable and tell libc: begin_new_exec(), bprm->secureexec.
TEST(Exec, PrivilegedProgramIsSecureAndNotDumpable) {
  for (const Launch& launch : {Launch{.mode = 04755}, Launch{.capabilities = {CAP_SETUID}}}) {
    const Started started = Start(launch);
    EXPECT_TRUE(started.state.at_secure);
    EXPECT_NE(started.state.dumpable, 1);
  }
}

// A program that is setgid to a group without rights is secure and not dumpable as well, also where
// its file cannot be read: bprm_fill_uid(), would_dump().
TEST(Exec, SetgidProgramIsSecureAndNotDumpable) {
  const Started started = Start({.mode = 02711, .group = kHelperGroup});
  EXPECT_EQ(started.state.uids, kCallerIds);
  EXPECT_EQ(started.state.gids, (Ids{kCaller, kHelperGroup, kHelperGroup}));
  EXPECT_TRUE(started.state.at_secure);
  EXPECT_NE(started.state.dumpable, 1);
}

// Under no_new_privs the setuid bit does nothing: bprm_fill_uid(), prctl(2).
TEST(Exec, NoNewPrivsDisarmsSetuid) { ExpectNothingGained(Start({.mode = 04755, .as_root = SetNoNewPrivileges})); }

// Under no_new_privs a file capability does nothing: cap_bprm_creds_from_file(), prctl(2).
TEST(Exec, NoNewPrivsDisarmsFileCapability) {
  ExpectNothingGained(Start({.capabilities = {CAP_SETUID}, .as_root = SetNoNewPrivileges}));
}

// On a nosuid mount the setuid bit does nothing: mnt_may_suid(), mount(8).
TEST(Exec, NosuidMountDisarmsSetuid) { ExpectNothingGained(Start({.mode = 04755, .mount_flags = MS_NOSUID})); }

// On a nosuid mount a file capability does nothing: get_file_caps() asks mnt_may_suid().
TEST(Exec, NosuidMountDisarmsFileCapability) {
  ExpectNothingGained(Start({.capabilities = {CAP_SETUID}, .mount_flags = MS_NOSUID}));
}

// Where the bounding set lacks a capability of an =ep file, execve itself fails and no code of the
// program runs: bprm_caps_from_vfs_caps() returns -EPERM.
TEST(Exec, FileCapabilityMissingFromBoundingSetFailsExec) {
  const Started started = Start({.capabilities = {CAP_SETUID}, .as_root = DropCapSetuidFromBoundingSet});
  EXPECT_EQ(started.exec, Fails(EPERM));
}

// A setuid-root program runs without what the bounding set lacks: handle_privileged_root().
TEST(Exec, SetuidRootRunsWithAReducedBoundingSet) {
  const Started started = Start({.mode = 04755, .as_root = DropCapSetuidFromBoundingSet});
  EXPECT_EQ(started.exec, kOk);
  EXPECT_EQ(started.state.uids, kSetuidIds);
  EXPECT_EQ(started.state.permitted & Bit(CAP_SETUID), 0U);
  EXPECT_EQ(started.state.effective, started.state.bounding);
}

// PR_SET_KEEPCAPS does not outlive exec: cap_bprm_creds_from_file() clears SECURE_KEEP_CAPS,
// prctl(2).
TEST(Exec, KeepcapsIsCleared) {
  const Started started = Start({.mode = 04755, .as_caller = KeepCapabilities});
  EXPECT_EQ(started.state.uids, kSetuidIds);
  EXPECT_FALSE(started.state.keep_capabilities);
}

// The caller's interval timer keeps running in the privileged program: execve(2), setitimer(2).
TEST(Exec, IntervalTimerSurvives) {
  const Started started = Start({.mode = 04755, .as_caller = ArmHourlyAlarm});
  EXPECT_EQ(started.state.uids, kSetuidIds);
  EXPECT_GT(started.state.alarm_seconds, 0);
}

// The caller's blocked signals stay blocked in the privileged program: execve(2), signal(7).
TEST(Exec, BlockedSignalsSurvive) {
  const Started started = Start({.mode = 04755, .as_caller = BlockSigusr1Alone});
  EXPECT_EQ(started.state.uids, kSetuidIds);
  EXPECT_EQ(started.state.blocked_signals, Bit(SIGUSR1 - 1));
}

// An exec without privileges keeps the parent-death signal: the control of the next one, prctl(2).
TEST(Exec, ParentDeathSignalSurvivesAnUnmarkedProgram) {
  const Started started = Start({.as_caller = ArmParentDeathSignal});
  EXPECT_EQ(started.state.parent_death_signal, SIGKILL);
}

// A secure exec disarms the parent-death signal, so it must be armed again: begin_new_exec(),
// prctl(2).
TEST(Exec, ParentDeathSignalIsClearedByASetgidProgram) {
  const Started started = Start({.mode = 02711, .group = kHelperGroup, .as_caller = ArmParentDeathSignal});
  EXPECT_EQ(started.exec, kOk);
  EXPECT_EQ(started.state.parent_death_signal, 0);
}

}  // namespace
}  // namespace uidmap_kernel
