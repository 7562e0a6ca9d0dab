// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs themselves, call by call: what they do before privilege is put down, while it is raised, and
// after it is gone.
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "calls.h"
#include "machine.h"
#include "probe_run.h"
#include "target.h"

namespace uidmap_test {
namespace {

// From the capset(2) that raises on; empty if there is none.
Calls FromRaise(const Calls& calls) { return {FindRaise(calls), calls.end()}; }

class Window : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  SyscallTrace Trace(const std::vector<std::string>& arguments) {
    const std::string program = Install(HelperProgram(kind_), MarkedWith(std::get<1>(GetParam()), kind_));
    SyscallTrace trace = TraceProgram([&] {
      BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
      Execute(program, arguments);
    });
    logged_ = log_.Take();
    return trace;
  }

  // The calls that end with the one before the raise; none, and an expectation has failed, if there are less.
  static Calls LastBeforeRaise(const Calls& calls, std::size_t count) {
    const auto raise = FindRaise(calls);
    EXPECT_NE(raise, calls.end());
    EXPECT_GE(raise - calls.begin(), static_cast<std::ptrdiff_t>(count));
    if (::testing::Test::HasFailure()) return {};
    return {raise - static_cast<std::ptrdiff_t>(count), raise};
  }

  MapKind kind_ = std::get<0>(GetParam());
  std::string map_file_ = NameOf(kind_) + "_map";
  const Log log_;
  std::vector<std::string> logged_;  // by the last run
};

INSTANTIATE_TEST_SUITE_P(
    Modes, Window,
    ::testing::Combine(::testing::Values(MapKind::kUid, MapKind::kGid),
                       ::testing::Values(Marker::kSetuid, Marker::kFileCapability, Marker::kBoth)),
    [](const auto& mode) { return NameOf(std::get<0>(mode.param)) + "_" + NameOf(std::get<1>(mode.param)); });

TEST_P(Window, HoldsNothingButOpeningAndWritingTheMap) {
  const Target target;
  const SyscallTrace trace = Trace({target.pid(), "0", "100000", "65536"});
  EXPECT_EQ(trace.ending, "exit status 0");
  EXPECT_EQ(target.Read(map_file_), "0 100000 65536");
  const Calls window = FromRaise(trace.calls);
  // Raised and read back; the map; given up, read back, and refused when asked for again. Then nothing but the end.
  const std::vector<std::string> expected = {"capset", "capget", "openat2", "write", "close", "capset",
                                             "capget", "capset", "close",   "close", "exit"};
  ASSERT_EQ(NamesOf(window), expected);
  const std::uint64_t alone = std::uint64_t{1} << CapabilityOf(kind_);
  EXPECT_EQ(Asked(window[0]).effective, alone);
  EXPECT_EQ(Asked(window[0]).permitted, alone);
  EXPECT_EQ(Asked(window[0]).inheritable, 0U);
  EXPECT_EQ(PathOf(window[2]), map_file_);
  EXPECT_EQ(window[3].arguments[0], static_cast<std::uint64_t>(window[2].result));
  EXPECT_EQ(window[3].result, static_cast<std::int64_t>(strlen("0 100000 65536\n")));
  EXPECT_EQ(Asked(window[5]).effective, 0U);
  EXPECT_EQ(window[5].result, 0);
  EXPECT_EQ(Asked(window[7]).effective, std::uint64_t{1} << CapabilityOf(kind_));
  EXPECT_EQ(window[7].result, -EPERM);
}

TEST_P(Window, DeniesSetgroupsBetweenOpeningAndWritingTheMap) {
  const Target target;
  const SyscallTrace trace = Trace({target.pid(), "0", std::to_string(kCaller), "1"});
  EXPECT_EQ(trace.ending, "exit status 0");
  EXPECT_EQ(target.Read(map_file_), "0 61001 1");
  EXPECT_EQ(target.Read("setgroups"), kind_ == MapKind::kGid ? "deny" : "allow");
  if (kind_ == MapKind::kUid) return;
  const Calls window = FromRaise(trace.calls);
  const std::vector<std::string> expected = {"capset", "capget", "openat2", "write", "pread", "write", "close",
                                             "capset", "capget", "capset",  "close", "close", "close", "exit"};
  ASSERT_EQ(NamesOf(window), expected);
  EXPECT_EQ(window[3].pointed_to.substr(0, 5), "deny\n");
  EXPECT_NE(window[3].arguments[0], window[5].arguments[0]);
  EXPECT_EQ(window[5].arguments[0], static_cast<std::uint64_t>(window[2].result));
}

TEST_P(Window, IsNotOpenedForARefusal) {
  const Target target;
  const SyscallTrace trace = Trace({target.pid(), "0", "300000", "1"});
  EXPECT_EQ(trace.ending, "exit status 1");
  EXPECT_EQ(target.Read(map_file_), "");
  EXPECT_TRUE(FromRaise(trace.calls).empty());
  ASSERT_EQ(logged_.size(), 1U);
  EXPECT_FALSE(IsGrant(logged_[0])) << logged_[0];
}

// Whoever reads the message decides how long the write takes. The log is not told of it with privilege, either.
TEST_P(Window, IsClosedForGoodBeforeAnythingIsSaid) {
  const Target target;
  const std::vector<std::string> refused = {target.pid(), "0", "300000", "1"};
  for (const auto& arguments : {refused, {"0"}, {"--help"}, {}}) {
    const Calls calls = Trace(arguments).calls;
    const auto speaks = [](const SystemCall& call) {
      return call.number == SYS_sendto || (call.number == SYS_write && call.arguments[0] <= 2);
    };
    const auto message = std::find_if(calls.begin(), calls.end(), speaks);
    ASSERT_NE(message, calls.end());
    const auto last = std::find_if(std::make_reverse_iterator(message), calls.rend(), IsCapset);
    ASSERT_NE(last, calls.rend());
    EXPECT_EQ(Asked(*last).permitted, 0U);
    EXPECT_EQ(last->result, 0);
  }
}

// Nothing is opened or read before the process is the caller: neither the target, nor a file, nor a descriptor.
TEST_P(Window, ComesAfterPrivilegeWasPutDownFirstOfAll) {
  const Target target;
  const Calls all = Trace({target.pid(), "0", "100000", "65536"}).calls;
  const Calls calls(FindOwn(all), all.end());
  const auto put_down = FindPutDown(calls);
  ASSERT_NE(put_down, calls.end());
  const bool can_audit = std::get<1>(GetParam()) == Marker::kSetuid;
  EXPECT_EQ(std::count_if(calls.begin(), put_down, IsCapset), can_audit ? 1 : 0);
  EXPECT_EQ(Asked(*put_down).inheritable, can_audit ? std::uint64_t{1} << CAP_AUDIT_WRITE : 0);
  const std::set<long> allowed = {SYS_rt_sigprocmask, SYS_sigaltstack, SYS_rt_sigaction, SYS_setitimer, SYS_fcntl,
                                  SYS_umask,          SYS_prlimit64,   SYS_getresuid,    SYS_getresgid, SYS_capget,
                                  SYS_prctl,          SYS_setresgid,   SYS_setresuid,    SYS_capset};
  for (auto call = calls.begin(); call <= put_down; ++call) {
    EXPECT_TRUE(allowed.count(call->number) == 1) << NameOfCall(*call) << " with privilege";
  }
  const std::set<long> changes_ids = {SYS_setuid,    SYS_setgid,   SYS_setreuid, SYS_setregid, SYS_setresuid,
                                      SYS_setresgid, SYS_setfsuid, SYS_setfsgid, SYS_setgroups};
  for (auto call = put_down; call < calls.end(); ++call) {
    EXPECT_TRUE(changes_ids.count(call->number) == 0) << NameOfCall(*call) << " after PutDown";
  }
}

// A change of ids sets the flag to what fs.suid_dumpable says, which is 0 on most machines and hides a wrong order.
TEST_P(Window, ComesAfterDumpableWasClearedLastOfAll) {
  const Target target;
  const Calls calls = Trace({target.pid(), "0", "100000", "65536"}).calls;
  const auto clears = [](const SystemCall& call) {
    return call.number == SYS_prctl && call.arguments[0] == PR_SET_DUMPABLE && call.arguments[1] == 0;
  };
  const auto cleared = std::find_if(calls.begin(), calls.end(), clears);
  ASSERT_NE(cleared, calls.end());
  const auto changes = [](const SystemCall& call) {
    return call.number == SYS_setresuid || call.number == SYS_setresgid;
  };
  EXPECT_EQ(std::find_if(cleared, calls.end(), changes), calls.end());
}

// Where the map must be cut is looked at last: what changes later is the kernel's to judge. Between that and the
// raise is only the record.
TEST_P(Window, ComesAfterALookAtTheParentsMapAndTheRecord) {
  const Target target;
  const Calls calls = Trace({target.pid(), "0", "100000", "65536"}).calls;
  const std::vector<std::string> expected = {"openat", "read", "read", "close", "getpid", "sendto"};
  const Calls before = LastBeforeRaise(calls, expected.size());
  ASSERT_EQ(NamesOf(before), expected);
  EXPECT_EQ(PathOf(before[0]), "/proc/self/" + map_file_);
  EXPECT_EQ(before[2].result, 0);
  ASSERT_EQ(logged_.size(), 1U);
  EXPECT_EQ(before[5].result, static_cast<std::int64_t>(logged_[0].size()));
  EXPECT_TRUE(IsGrant(logged_[0])) << logged_[0];
  EXPECT_NE(logged_[0].find(" map=0:100000:65536 "), std::string::npos) << logged_[0];
}

// What is looked at for a deny, too.
TEST_P(Window, ComesRightAfterTheRecordOfADeny) {
  const Target target;
  const Calls before = LastBeforeRaise(Trace({target.pid(), "0", std::to_string(kCaller), "1"}).calls, 2);
  EXPECT_EQ(NamesOf(before), (std::vector<std::string>{"getpid", "sendto"}));
  ASSERT_EQ(logged_.size(), 1U);
  EXPECT_TRUE(IsGrant(logged_[0])) << logged_[0];
}

// The number that a pidfd leads to counts only if the process lives when its directory is open.
TEST_P(Window, ComesAfterAPidfdWasFollowedAndLookedAtAgain) {
  const Target target;
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, target.number(), 0));
  const std::string program = Install(HelperProgram(kind_), MarkedWith(std::get<1>(GetParam()), kind_));
  const SyscallTrace trace = TraceProgram([&] {
    dup2(pidfd, 77);
    BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
    Execute(program, {"fd:77", "0", "100000", "65536"});
  });
  close(pidfd);
  EXPECT_EQ(trace.ending, "exit status 0");
  const auto first = std::find_if(trace.calls.begin(), trace.calls.end(),
                                  [](const SystemCall& call) { return call.number == SYS_dup; });
  const std::vector<std::string> expected = {"dup", "openat", "read", "close", "openat", "ppoll", "close", "fstatfs"};
  ASSERT_GT(trace.calls.end() - first, static_cast<std::ptrdiff_t>(expected.size()));
  const Calls calls(first, first + static_cast<std::ptrdiff_t>(expected.size()));
  EXPECT_EQ(NamesOf(calls), expected);
  EXPECT_EQ(PathOf(calls[1]), "/proc/self/fdinfo/77");
  EXPECT_EQ(PathOf(calls[4]), "/proc/" + target.pid());
}

// The file is opened and judged whatever was asked for, but read no further than its contents matter.
TEST_P(Window, ComesAfterReadingGrantsAsFarAsTheyMatter) {
  const std::string path = "/etc/sub" + NameOf(kind_);
  const auto reads_for = [&](const std::string& outside) {
    const Target target;
    const Calls calls = Trace({target.pid(), "0", outside, "1"}).calls;
    const auto opens = [&](const SystemCall& call) { return NamesAFile(call) && PathOf(call) == path; };
    const auto opened = std::find_if(calls.begin(), calls.end(), opens);
    const auto closes = [&](const SystemCall& call) { return call.number == SYS_close; };
    const auto closed = std::find_if(opened, calls.end(), closes);
    EXPECT_NE(closed, calls.end());
    return std::count_if(opened, closed, [](const SystemCall& call) { return call.number == SYS_read; });
  };
  EXPECT_EQ(reads_for("100000"), 1);
  EXPECT_EQ(reads_for("300000"), 2);  // the second finds the end of the file
  EXPECT_EQ(reads_for(std::to_string(kCaller)), kind_ == MapKind::kUid ? 0 : 2);
}

}  // namespace
}  // namespace uidmap_test
