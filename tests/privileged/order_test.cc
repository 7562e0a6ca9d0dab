// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs are shut in before anything that the caller wrote is looked at.
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "confined_run.h"
#include "privileged/filter_program.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

using Calls = std::vector<SystemCall>;

bool IsNoNewPrivileges(const SystemCall& call) {
  return call.number == SYS_prctl && call.arguments[0] == PR_SET_NO_NEW_PRIVS && call.result == 0;
}

bool IsFilter(const SystemCall& call) { return call.number == SYS_seccomp && call.result == 0; }

bool Opens(const SystemCall& call) { return call.number == SYS_openat || call.number == SYS_openat2; }

bool LooksAtByName(const SystemCall& call) { return call.number == SYS_newfstatat && call.pointed_to[0] == '/'; }

std::string PathOf(const SystemCall& call) { return call.pointed_to.c_str(); }

// Numbers of calls, and the paths of opens.
std::vector<std::string> Outline(const Calls& calls) {
  std::vector<std::string> outline;
  for (const SystemCall& call : calls) {
    outline.push_back(std::to_string(call.number) + (Opens(call) ? " " + PathOf(call) : ""));
  }
  return outline;
}

class Order : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  Calls CallsOf(const std::vector<std::string>& arguments) const {
    const std::string program = Install(HelperProgram(kind_), MarkedWith(std::get<1>(GetParam()), kind_));
    return TraceProgram([&] {
             BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
             Execute(program, arguments);
           })
        .calls;
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
    return {"/etc/nsswitch.conf", "/etc/passwd", row.policy_files[0], row.policy_files[1]};
  }

  MapKind kind_ = std::get<0>(GetParam());
  const Target target_;
  const std::vector<std::string> granted_ = {target_.pid(), "0", "100000", "65536"};
};

INSTANTIATE_TEST_SUITE_P(
    Modes, Order,
    ::testing::Combine(::testing::Values(MapKind::kUid, MapKind::kGid),
                       ::testing::Values(Marker::kSetuid, Marker::kFileCapability, Marker::kBoth)),
    [](const auto& mode) { return NameOf(std::get<0>(mode.param)) + "_" + NameOf(std::get<1>(mode.param)); });

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
  for (const SystemCall& call : before) {
    if (Opens(call) || LooksAtByName(call)) named.insert(PathOf(call));
  }
  EXPECT_EQ(named, FilesOfTheMachine());
  const auto count = [&after = after](const std::string& path) {
    return std::count_if(after.begin(), after.end(),
                         [&](const SystemCall& call) { return Opens(call) && PathOf(call) == path; });
  };
  EXPECT_EQ(count("/proc/" + target_.pid()), 1);
  EXPECT_EQ(count(RowOf(kind_).grant_file), 1);
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

}  // namespace
}  // namespace uidmap_test
