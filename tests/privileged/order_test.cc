// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs are shut in before anything that the caller wrote is looked at.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "calls.h"
#include "machine.h"
#include "privileged/filter_program.h"
#include "probe_run.h"
#include "target.h"

namespace uidmap_test {
namespace {

bool IsNoNewPrivileges(const SystemCall& call) {
  return call.number == SYS_prctl && call.arguments[0] == PR_SET_NO_NEW_PRIVS && call.result == 0;
}

bool IsFilter(const SystemCall& call) { return call.number == SYS_seccomp && call.result == 0; }

// Numbers of calls, and the paths of those that have one.
std::vector<std::string> Outline(const Calls& calls) {
  std::vector<std::string> outline;
  for (const SystemCall& call : calls) {
    outline.push_back(std::to_string(call.number) + (NamesAFile(call) ? " " + PathOf(call) : ""));
  }
  return outline;
}

class Order : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  Calls CallsOf(const std::vector<std::string>& arguments) const {
    const std::string program = Install(HelperProgram(kind_), MarkedWith(std::get<1>(GetParam()), kind_));
    Calls calls = TraceProgram([&] {
                    BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
                    Execute(program, arguments);
                  }).calls;
    static_cast<void>(log_.Take());
    return calls;
  }

  // Up to the answered probe, and from behind it on.
  static std::pair<Calls, Calls> Parted(const Calls& calls) {
    const auto probe = std::find_if(calls.begin(), calls.end(), IsAnsweredProbe);
    EXPECT_NE(probe, calls.end());
    if (probe == calls.end()) return {calls, {}};
    return {{calls.begin(), probe + 1}, {probe + 1, calls.end()}};
  }

  [[nodiscard]] std::set<std::string> FilesOfTheMachine() const {
    const auto& row = RowOf(kind_);
    std::set<std::string> files = {"/dev/log", "/etc/nsswitch.conf", "/etc/passwd", row.policy_files[0],
                                   row.policy_files[1]};
    if (can_audit_) files.insert({"/run/audit/auditd.pid", "/run/auditd.pid", "/proc/cmdline"});
    return files;
  }

  MapKind kind_ = std::get<0>(GetParam());
  bool can_audit_ = std::get<1>(GetParam()) == Marker::kSetuid;
  const Log log_;
  const Target target_;
  const std::vector<std::string> granted_ = {target_.pid(), "0", "100000", "65536"};
};

class OrderWithoutLog : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {};

const auto kModes = ::testing::Combine(::testing::Values(MapKind::kUid, MapKind::kGid),
                                       ::testing::Values(Marker::kSetuid, Marker::kFileCapability, Marker::kBoth));
std::string NameOfMode(const ::testing::TestParamInfo<std::tuple<MapKind, Marker>>& mode) {
  return NameOf(std::get<0>(mode.param)) + "_" + NameOf(std::get<1>(mode.param));
}
INSTANTIATE_TEST_SUITE_P(Modes, Order, kModes, NameOfMode);
INSTANTIATE_TEST_SUITE_P(Modes, OrderWithoutLog, kModes, NameOfMode);

// seccomp(2) asks for no_new_privs first; only the answer to the probe shows that the filter is there.
TEST_P(Order, NoNewPrivilegesThenFilterThenProbeAtTheEndOfTheBeginnings) {
  const Calls before = Parted(CallsOf(granted_)).first;
  ASSERT_GE(before.size(), 4U);
  const Calls last(before.end() - 4, before.end());
  EXPECT_TRUE(IsNoNewPrivileges(last[0]));
  EXPECT_EQ(last[1].number, SYS_prctl);
  EXPECT_EQ(last[1].arguments[0], static_cast<std::uint64_t>(PR_GET_NO_NEW_PRIVS));
  EXPECT_TRUE(IsFilter(last[2]));
  EXPECT_TRUE(IsAnsweredProbe(last[3]));
}

// In a build without a filter, too.
TEST_P(Order, NoNewPrivilegesBeforeTheTargetIsOpened) {
  const Calls calls = CallsOf(granted_);
  const auto set = std::find_if(calls.begin(), calls.end(), IsNoNewPrivileges);
  const auto opens_target = [&](const SystemCall& call) {
    return Opens(call) && PathOf(call) == "/proc/" + target_.pid();
  };
  EXPECT_NE(set, calls.end());
  EXPECT_EQ(std::find_if(calls.begin(), set, opens_target), set);
  EXPECT_NE(std::find_if(set, calls.end(), opens_target), calls.end());
}

TEST_P(Order, BeforeTheFilterNothingIsOpenedOrLookedAtButFilesOfTheMachine) {
  const auto [before, after] = Parted(CallsOf(granted_));
  std::set<std::string> named;
  const auto own = FindOwn(before);
  EXPECT_EQ(std::find_if(before.begin(), own, Opens), own) << "libc's start opens a file";
  for (auto call = own; call != before.end(); ++call) {
    if (NamesAFile(*call)) named.insert(PathOf(*call));
  }
  EXPECT_EQ(named, FilesOfTheMachine());
  const auto count = [&after = after](const std::string& path) {
    return std::count_if(after.begin(), after.end(),
                         [&](const SystemCall& call) { return Opens(call) && PathOf(call) == path; });
  };
  EXPECT_EQ(count("/proc/" + target_.pid()), 1);
  EXPECT_EQ(count(RowOf(kind_).grant_file), 1);
}

// First of all, with nothing read yet but the version of the kernel. The log that never waits is a datagram socket;
// its descriptor is not for the programs that are started.
TEST_P(Order, TheRecordIsOpenedAndItsCapabilityGivenUpBeforeAnyOfThem) {
  const Calls calls = CallsOf(granted_);
  const auto is = [](long number) { return [=](const SystemCall& call) { return call.number == number; }; };
  const auto kernel = std::find_if(FindPutDown(calls), calls.end(), is(SYS_uname));
  const auto file = std::find_if(kernel, calls.end(), [](const SystemCall& call) {
    return NamesAFile(call) && PathOf(call) == "/etc/nsswitch.conf";
  });
  ASSERT_NE(file, calls.end());
  const Calls opening(kernel + 1, file);
  std::vector<std::string> expected = {"socket", "connect"};
  if (can_audit_) expected.insert(expected.end(), {"fstat", "fstat", "openat", "read", "close", "capset", "capget"});
  ASSERT_EQ(NamesOf(opening), expected);
  EXPECT_EQ(opening[0].arguments[0], static_cast<std::uint64_t>(AF_UNIX));
  EXPECT_EQ(opening[0].arguments[1], static_cast<std::uint64_t>(SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK));
  EXPECT_EQ(PathOf(opening[1]), "/dev/log");
  EXPECT_EQ(opening[1].result, 0);
  if (!can_audit_) return;
  EXPECT_EQ(PathOf(opening[2]), "/run/audit/auditd.pid");
  EXPECT_EQ(PathOf(opening[3]), "/run/auditd.pid");
  EXPECT_EQ(PathOf(opening[4]), "/proc/cmdline");
  const AskedSets asked = Asked(opening[7]);
  EXPECT_EQ(asked.permitted >> CAP_AUDIT_WRITE & 1, 0U);
  EXPECT_EQ(asked.effective | asked.inheritable, 0U);
  EXPECT_EQ(opening[7].result, 0);
}

// The capability has been put away before the first file is named.
TEST_P(Order, NoFileIsNamedBeforePrivilegeIsPutDown) {
  const Calls calls = CallsOf(granted_);
  const auto own = FindOwn(calls);
  const auto put_down = FindPutDown(calls);
  ASSERT_LT(own, put_down);
  EXPECT_EQ(std::find_if(own, put_down, NamesAFile), put_down);
}

// What the caller may choose has no say in what the program does while it could still do everything.
TEST_P(Order, BeforeTheFilterArgumentsHaveNoSay) {
  const auto expected = Outline(Parted(CallsOf(granted_)).first);
  const std::vector<std::string> others[] = {{},
                                             {"--help"},
                                             {"fd:77", "0", "100000", "1"},
                                             {target_.pid(), "0", "300000", "1"},
                                             {target_.pid(), "0", "0", "1"},
                                             {"../../etc/shadow", "/", "x"},
                                             std::vector<std::string>(1500, "4294967295")};
  for (const auto& arguments : others) EXPECT_EQ(Outline(Parted(CallsOf(arguments)).first), expected);
}

// The descriptor that argv names, and those that it does not.
TEST_P(Order, BeforeTheFilterNoInheritedDescriptorIsTouched) {
  const auto [before, after] = Parted(CallsOf({"fd:77", "0", "100000", "1"}));
  const auto touches = [](const SystemCall& call) { return call.number == SYS_dup && call.arguments[0] == 77; };
  EXPECT_EQ(std::count_if(before.begin(), before.end(), touches), 0);
  EXPECT_GT(std::count_if(after.begin(), after.end(), touches), 0);
  for (const SystemCall& call : before) EXPECT_NE(call.number, SYS_close_range);
}

// Its number is one that the caller had closed.
TEST_P(Order, TheDescriptorOfTheLogIsNobodysTarget) {
  const auto opens = [](const SystemCall& call) { return call.number == SYS_socket; };
  const Calls first = CallsOf(granted_);
  const auto opened = std::find_if(first.begin(), first.end(), opens);
  ASSERT_NE(opened, first.end());
  const Calls calls = CallsOf({"fd:" + std::to_string(opened->result), "0", "100000", "65536"});
  EXPECT_EQ(std::find_if(calls.begin(), calls.end(), opens)->result, opened->result);
  EXPECT_EQ(calls.back().arguments[0], 1U) << "its exit status";
  const auto follows = [](const SystemCall& call) { return call.number == SYS_dup; };
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(), follows), 0);
  EXPECT_EQ(FindRaise(calls), calls.end());
}

bool IsOnTheList(const SystemCall& call) {
  const auto is_in = [](const auto& list, std::uint64_t value) {
    return std::find(std::begin(list), std::end(list), value) != std::end(list);
  };
  if (call.number == SYS_ioctl) return is_in(uidmap::kAllowedRequests, call.arguments[1]);
  return is_in(uidmap::kAllowedCalls, static_cast<std::uint64_t>(call.number));
}

// The second of two maps is refused by the kernel, and what it judged is looked at. A call that the list forgot would
// be a refusal at some user's.
TEST_P(Order, BehindTheFilterOnlyCallsOfTheListAreMade) {
  const std::vector<std::string> own_id = {target_.pid(), "0", std::to_string(kCaller), "1"};
  const std::vector<std::string> refused = {target_.pid(), "0", "300000", "1"};
  for (const auto& arguments : {own_id, granted_, refused, {"--help"}, {"x"}, {"2147483647", "0", "100000", "1"}}) {
    const Calls after = Parted(CallsOf(arguments)).second;
    EXPECT_FALSE(after.empty());
    for (const SystemCall& call : after) EXPECT_TRUE(IsOnTheList(call)) << "system call " << call.number;
  }
}

TEST_P(OrderWithoutLog, BehindTheFilterOnlyCallsOfTheListAreMade) {
  const auto& [kind, marker] = GetParam();
  const Target target;
  const std::string program = Install(HelperProgram(kind), MarkedWith(marker, kind));
  for (const std::string outside : {"100000", "300000"}) {
    const Calls calls = TraceProgram([&] {
                          BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
                          Execute(program, {target.pid(), "0", outside, "65536"});
                        }).calls;
    const auto probe = std::find_if(calls.begin(), calls.end(), IsAnsweredProbe);
    ASSERT_NE(probe, calls.end());
    for (auto call = probe + 1; call < calls.end(); ++call) {
      EXPECT_TRUE(IsOnTheList(*call)) << "system call " << call->number;
      EXPECT_NE(call->number, SYS_getpid) << "a line was made that nobody takes";
    }
  }
}

}  // namespace
}  // namespace uidmap_test
