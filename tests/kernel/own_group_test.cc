// SPDX-License-Identifier: BSD-3-Clause
// What a user can do to a process with his own uid, and what an own group of the process prevents.
// Each process here is dumpable unless the test says otherwise: fs.suid_dumpable may make it so.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "support.h"

namespace uidmap_kernel {
namespace {

constexpr unsigned long kDumpable = 1;
constexpr unsigned long kNotDumpable = 0;

// A process of the caller's uid with the group ids that a program setgid to `group` has.
HeldProcess CallersProcess(gid_t group, unsigned long dumpable = kDumpable) {
  return HeldProcess([&] {
    Must(setresgid(kCaller, group, group) == 0, "enter the group");
    Must(setresuid(kCaller, kCaller, kCaller) == 0, "become the caller");
    Must(prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0) == 0, "set the dumpable flag");
  });
}

// As the caller, without capabilities.
void ExpectPrlimit(const HeldProcess& process, const Outcome& expected) {
  InChild([&] {
    BecomeUser(kCaller);
    const rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    EXPECT_EQ(OutcomeOf(prlimit(process.pid(), RLIMIT_NOFILE, &none, nullptr)), expected);
  });
}

// As the caller, without capabilities.
void ExpectPidfdGetfd(const HeldProcess& process, const Outcome& expected) {
  InChild([&] {
    BecomeUser(kCaller);
    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid(), 0)));
    EXPECT_EQ(OutcomeOf(pidfd.get()), kOk);
    EXPECT_EQ(OutcomeOf(syscall(SYS_pidfd_getfd, pidfd.get(), STDERR_FILENO, 0)), expected);
  });
}

// The same ids are all that prlimit asks for, the dumpable flag does not count:
// check_prlimit_permission() in kernel/sys.c.
TEST(OwnGroup, WithoutItPrlimitReachesEvenANonDumpableProcess) {
  ExpectPrlimit(CallersProcess(kCaller, kNotDumpable), kOk);
}

// Another effective and saved gid keeps prlimit away: check_prlimit_permission() compares all ids.
TEST(OwnGroup, KeepsPrlimitAway) { ExpectPrlimit(CallersProcess(kHelperGroup), Fails(EPERM)); }

// With the same ids a dumpable process lends its descriptors: __ptrace_may_access() in
// kernel/ptrace.c, pidfd_getfd(2).
TEST(OwnGroup, WithoutItPidfdGetfdReachesADumpableProcess) { ExpectPidfdGetfd(CallersProcess(kCaller), kOk); }

// With the same ids the dumpable flag alone decides: __ptrace_may_access(), ptrace(2).
TEST(OwnGroup, WithoutItTheDumpableFlagKeepsPidfdGetfdAway) {
  ExpectPidfdGetfd(CallersProcess(kCaller, kNotDumpable), Fails(EPERM));
}

// Another effective and saved gid keeps pidfd_getfd (and ptrace, which asks the same) away,
// dumpable or not: __ptrace_may_access() compares all ids.
TEST(OwnGroup, KeepsPidfdGetfdAway) { ExpectPidfdGetfd(CallersProcess(kHelperGroup), Fails(EPERM)); }

}  // namespace
}  // namespace uidmap_kernel
