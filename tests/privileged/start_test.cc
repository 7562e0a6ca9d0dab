// SPDX-License-Identifier: BSD-3-Clause
// What exec lets the caller choose, and what is left of it.
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP, SIGABRT};

std::uint64_t FaultMask() {
  std::uint64_t mask = 0;
  for (const int fault : kFaults) mask |= std::uint64_t{1} << (fault - 1);
  return mask;
}

std::string AsStatusShows(std::uint64_t signals) {
  char text[17];
  snprintf(text, sizeof text, "%016" PRIx64, signals);
  return text;
}

constexpr std::uint64_t kUnblockable = std::uint64_t{1} << (SIGKILL - 1) | std::uint64_t{1} << (SIGSTOP - 1);

// The system call: libc's function leaves out signals that it has for threads.
void SetBlocked(std::uint64_t signals) {
  Must(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &signals, nullptr, sizeof signals) == 0, "set the signal mask");
}

class AnyStart : public ::testing::TestWithParam<Marker> {
 protected:
  Start start_{.marker = GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Modes, AnyStart,
                         ::testing::Values(Marker::kPlain, Marker::kSetuid, Marker::kFileCapability, Marker::kBoth),
                         [](const auto& marker) { return NameOf(marker.param); });

TEST_P(AnyStart, BlocksEverySignalButTheFaultsWhichItHandles) {
  for (const std::uint64_t inherited : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    start_.caller.as_caller = [=] { SetBlocked(inherited); };
    State state = RunProbe(start_, "shield report").state(0);
    EXPECT_EQ(state["SigBlk"], AsStatusShows(~FaultMask() & ~kUnblockable));
    EXPECT_EQ(state["SigCgt"], AsStatusShows(FaultMask()));
  }
}

TEST_P(AnyStart, HandlesFaultsThatTheCallerIgnores) {
  start_.caller.as_caller = [] {
    for (const int fault : kFaults) signal(fault, SIG_IGN);
  };
  EXPECT_EQ(RunProbe(start_, "shield SIGABRT").ending, "exit status 1");
}

TEST_P(AnyStart, OutlivesWhatIsPendingOrEndsWithStatus1) {
  for (int number = 1; number <= SIGRTMAX; ++number) {
    if (number == SIGKILL || number == SIGSTOP) continue;
    start_.caller.as_caller = [=] {
      SetBlocked(~std::uint64_t{0});
      Must(syscall(SYS_kill, getpid(), number) == 0, "leave a signal pending");
    };
    const bool is_fault = (FaultMask() >> (number - 1) & 1) != 0;
    EXPECT_EQ(RunProbe(start_, "shield").ending, is_fault ? "exit status 1" : "exit status 0") << "signal " << number;
  }
}

// A fault that another process only sent must not look like a failure of a run that has written the map.
TEST_P(AnyStart, OutlivesFaultsThatAnotherProcessSent) {
  start_.caller.as_caller = [] {
    SetBlocked(~std::uint64_t{0});
    const pid_t sender = fork();
    Must(sender >= 0, "fork");
    if (sender == 0) {
      for (const int fault : kFaults) kill(getppid(), fault);
      _exit(0);
    }
    Must(waitpid(sender, nullptr, 0) == sender, "wait for the sender");
  };
  EXPECT_EQ(RunProbe(start_, "shield").ending, "exit status 0");
}

TEST_P(AnyStart, StopsTheTimersOfTheCaller) {
  start_.caller.as_caller = [] {
    const itimerval later = {.it_interval = {.tv_sec = 1000, .tv_usec = 0},
                             .it_value = {.tv_sec = 1000, .tv_usec = 0}};
    for (const auto timer : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
      Must(setitimer(timer, &later, nullptr) == 0, "start a timer");
    }
  };
  const ProbeRun run = RunProbe(start_, "report shield report");
  State before = run.state(0);
  State after = run.state(1);
  for (const char* timer : {"timer0", "timer1", "timer2"}) {
    EXPECT_EQ(before[timer], "runs");
    EXPECT_EQ(after[timer], "stopped");
  }
}

TEST_P(AnyStart, LeavesNeitherEnvironmentNorUmaskNorCoreLimitOfTheCaller) {
  const ProbeRun run = RunProbe(start_, "report shield settle report");
  State before = run.state(0);
  EXPECT_NE(before["environ"], "0");
  EXPECT_EQ(before["Umask"], "0000");
  EXPECT_EQ(before["core"], "allowed");
  State after = run.state(1);
  EXPECT_EQ(after["environ"], "0");
  EXPECT_EQ(after["Umask"], "0077");
  EXPECT_EQ(after["core"], "none");
}

void OpenOnly(unsigned open_set) {
  for (int fd = 0; fd <= 2; ++fd) {
    close(fd);
    if ((open_set >> fd & 1) == 0) continue;
    const int zero = open("/dev/zero", O_RDWR);
    if (zero != fd) dup2(zero, fd), close(zero);
  }
}

// glibc fills the gaps of a program that gained something by exec, and not with a file for reading and writing.
TEST_P(AnyStart, FillsEveryGapInTheStandardDescriptors) {
  for (unsigned open_set = 0; open_set < 8; ++open_set) {
    start_.caller.as_caller = [=] { OpenOnly(open_set); };
    const ProbeRun run = RunProbe(start_, "shield settle report");
    EXPECT_EQ(run.ending, "exit status 0");
    State state = run.state(0);
    for (unsigned fd = 0; fd <= 2; ++fd) {
      const std::string file = state["fd" + std::to_string(fd)];
      if ((open_set >> fd & 1) != 0) {
        EXPECT_EQ(file, "/dev/zero");
      } else if (start_.marker == Marker::kPlain) {
        EXPECT_EQ(file, "/dev/null");
      } else {
        EXPECT_TRUE(file == "/dev/null" || file == "/dev/full") << file;
      }
    }
  }
}

TEST(StartWithoutDevices, StillFillsTheStandardDescriptors) {
  Start start{.marker = Marker::kPlain};
  start.caller.as_root = [] {
    Must(unshare(CLONE_NEWNS) == 0, "create a mount namespace");
    Must(mount("tmpfs", "/dev", "tmpfs", 0, nullptr) == 0, "hide the devices");
  };
  start.caller.as_caller = [] {
    for (int fd = 0; fd <= 2; ++fd) close(fd);
  };
  State state = RunProbe(start, "shield settle report").state(0);
  for (const char* fd : {"fd0", "fd1", "fd2"}) EXPECT_EQ(state[fd], "/");
}

}  // namespace
}  // namespace uidmap_test
