// SPDX-License-Identifier: BSD-3-Clause
// CAP_AUDIT_WRITE outlives PutDown by what opens the record, and no more: a run that goes on has given it up, or
// ends.
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <tuple>

#include "calls.h"
#include "contained.h"
#include "machine.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr MapKind kKinds[] = {MapKind::kUid, MapKind::kGid};
const std::string kAuditOn = "quiet audit=1";
constexpr Marker kMarkers[] = {Marker::kPlain, Marker::kSetuid, Marker::kFileCapability, Marker::kBoth};

using Parameters = std::tuple<MapKind, Marker, uid_t>;

// Every way of being started, by a user and by root.
class Auditing : public ::testing::TestWithParam<Parameters> {
 protected:
  // Root's sets come from exec, whatever the file says.
  [[nodiscard]] bool HasAll() const { return caller_ == 0 || marker_ == Marker::kSetuid; }

  // What is left for the map.
  [[nodiscard]] std::vector<int> ForTheMap() const {
    std::vector<int> set;
    if (HasAll() || marker_ != Marker::kPlain) set.push_back(CapabilityOf(kind_));
    if (HasAll() && kind_ == MapKind::kUid) set.push_back(CAP_SETFCAP);
    return set;
  }

  // The probe instead of the shipped program.
  [[nodiscard]] Start Probe() const {
    Start start{.kind = kind_, .marker = marker_};
    start.caller.uid = caller_;
    return start;
  }

  // A run of the shipped program, below `filters` of a container.
  void StartProgram(const Filters& filters, const std::function<void()>& as_root) {
    const std::string file = Install(HelperProgram(kind_), MarkedWith(marker_, kind_));
    program_.emplace([&] {
      BecomeCaller({.uid = caller_, .as_root = [&] { as_root(), InstallAll(filters); }, .as_caller = as_caller_});
      Execute(file, {target_.pid(), "0", "100000", "65536"});
    });
  }

  // Goes on until it is about to make a call that `is_meant` names. False if it ended before.
  bool GoOnTo(const std::function<bool(const Calls&)>& is_meant) {
    while (program_->Next()) {
      if (is_meant(program_->trace().calls)) return true;
    }
    return false;
  }

  [[nodiscard]] std::vector<std::string> Sets() const {
    std::ifstream status("/proc/" + std::to_string(program_->pid()) + "/status");
    std::vector<std::string> sets;
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Cap") && !line.starts_with("CapBnd")) sets.push_back(line);
    }
    return sets;
  }

  [[nodiscard]] static std::vector<std::string> AsSets(const std::vector<int>& permitted,
                                                       const std::vector<int>& inheritable) {
    return {"CapInh:\t" + SetOf(inheritable), "CapPrm:\t" + SetOf(permitted), "CapEff:\t" + SetOf({}),
            "CapAmb:\t" + SetOf({})};
  }

  MapKind kind_ = std::get<0>(GetParam());
  Marker marker_ = std::get<1>(GetParam());
  uid_t caller_ = std::get<2>(GetParam());
  const Target target_;
  std::function<void()> as_caller_ = SilenceOutput;
  std::optional<TracedProgram> program_;
};

std::string NameOfMode(const ::testing::TestParamInfo<Parameters>& mode) {
  const auto& [kind, marker, caller] = mode.param;
  return NameOf(kind) + "_" + NameOf(marker) + (caller == 0 ? "_by_root" : "");
}

INSTANTIATE_TEST_SUITE_P(, Auditing,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::ValuesIn(kMarkers),
                                            ::testing::Values(kCaller, 0)),
                         NameOfMode);

bool AboutToConnect(const Calls& calls) { return calls.back().number == SYS_connect; }
bool AboutToReadTheMachinesFiles(const Calls& calls) {
  return Opens(calls.back()) && PathOf(calls.back()) == "/etc/nsswitch.conf";
}

bool LooksForUidmapAudit(const SystemCall& call) { return Opens(call) && PathOf(call).ends_with("/uidmap-audit"); }
bool ShutIn(const Calls& calls) { return calls.size() >= 2 && IsAnsweredProbe(calls[calls.size() - 2]); }

// Whether audit is on or not, and uidmap-audit there or not.
TEST_P(Auditing, IsGivenUpBeforeAnyFileOfTheMachineIsRead) {
  for (const bool is_on : {false, true}) {
    StartProgram({}, [=] {
      if (is_on) ShowKernelArguments(kAuditOn);
    });
    std::vector<int> at_first = ForTheMap();
    if (HasAll()) at_first.push_back(CAP_AUDIT_WRITE);
    ASSERT_TRUE(GoOnTo(AboutToConnect));
    EXPECT_EQ(Sets(), AsSets(at_first, HasAll() ? std::vector<int>{CAP_AUDIT_WRITE} : std::vector<int>{}));
    ASSERT_TRUE(GoOnTo(AboutToReadTheMachinesFiles));
    EXPECT_EQ(Sets(), AsSets(ForTheMap(), {}));
    const Calls& calls = program_->trace().calls;
    EXPECT_EQ(std::any_of(calls.begin(), calls.end(), LooksForUidmapAudit), is_on && HasAll());
    ASSERT_TRUE(GoOnTo(ShutIn));
    EXPECT_EQ(Sets(), AsSets(ForTheMap(), {}));
  }
}

// A filter that is there from the start refuses what the record is opened with, and what the capability is kept and
// given up with, or lies about it.
TEST_P(Auditing, IsGivenUpOrTheRunEndsBelowAnyFilter) {
  const FilteredCall calls[] = {{SYS_socket},
                                {SYS_connect},
                                {SYS_capset},
                                {SYS_capget},
                                {SYS_getresuid},
                                {SYS_setresuid},
                                {SYS_prctl, {{0, PR_SET_KEEPCAPS}}},
                                {SYS_prctl, {{0, PR_CAPBSET_DROP}}},
                                {SYS_prctl, {{0, PR_CAP_AMBIENT}}},
                                {SYS_prctl, {{0, PR_SET_SECUREBITS}}}};
  for (const FilteredCall& call : calls) {
    for (const int answer : {0, EPERM, ENOSYS}) {
      for (const auto& as_root :
           {std::function<void()>([] {}), std::function<void()>([] { ShowKernelArguments(kAuditOn); })}) {
        SCOPED_TRACE("system call " + std::to_string(call.number) + " answers " + std::to_string(answer));
        StartProgram({{call, answer}}, as_root);
        if (GoOnTo(AboutToReadTheMachinesFiles)) {
          for (const std::string& set : Sets()) {
            const std::uint64_t held = std::stoull(set.substr(set.find('\t')), nullptr, 16);
            EXPECT_EQ(held >> CAP_AUDIT_WRITE & 1, 0U) << set;
          }
        } else {
          EXPECT_EQ(program_->trace().ending, "exit status 1");
          EXPECT_EQ(FindRaise(program_->trace().calls), program_->trace().calls.end());
        }
      }
    }
  }
}

// Kernel: audit_enable().
TEST_P(Auditing, IsHandedOnWhereAuditIsOn) {
  const auto hands_on = [&](const std::function<void()>& machine) {
    StartProgram({}, machine);
    EXPECT_TRUE(GoOnTo(AboutToReadTheMachinesFiles));
    const Calls& calls = program_->trace().calls;
    return std::any_of(calls.begin(), calls.end(), LooksForUidmapAudit);
  };
  EXPECT_EQ(hands_on(ShowAuditd), HasAll());
  for (const std::string on : {"audit=1", "audit=on quiet", "audit=0 audit=1 quiet", "quiet audit=ON", "audit=yes"}) {
    EXPECT_EQ(hands_on([&] { ShowKernelArguments(on); }), HasAll()) << on;
  }
  for (const std::string off : {"audit=0", "quiet audit=off", "audit=1 audit=OFF", "xaudit=1 audit", "audit_x=1"}) {
    EXPECT_FALSE(hands_on([&] { ShowKernelArguments(off); })) << off;
  }
}

// For as_caller: `free` descriptors can be opened yet, and all that are open will be inherited.
void LeaveDescriptors(int free) {
  constexpr int kMost = 64;
  SilenceOutput();
  const rlimit limit = {.rlim_cur = kMost, .rlim_max = kMost};
  for (int fd = 3; fd < kMost - free; ++fd) Must(dup2(STDOUT_FILENO, fd) == fd, "use up descriptors");
  for (int fd = kMost - free; fd < kMost; ++fd) close(fd);
  Must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "limit descriptors");
}

// Or he would choose whether there is a record. Whether uidmap-audit is there or not, it cannot be started.
TEST_P(Auditing, IsNotLostToACallerWhoLeavesNoDescriptors) {
  if (!HasAll()) return;
  for (const bool with_log : {true, false}) {
    std::optional<Log> log;
    if (with_log) log.emplace();
    for (const int free : {0, 1, 2}) {
      as_caller_ = [=] { LeaveDescriptors(free); };
      StartProgram({}, [] { ShowKernelArguments(kAuditOn); });
      while (program_->Next()) {
      }
      EXPECT_EQ(program_->trace().ending, "exit status 1") << free;
      EXPECT_EQ(FindRaise(program_->trace().calls), program_->trace().calls.end()) << free;
    }
  }
}

// The steps of the programs, one by one.
TEST_P(Auditing, OnceGivenUpIsGoneForGood) {
  const ProbeRun run = RunProbe(Probe(), kPutDown + "give-up-auditing report ways-back-to-auditing");
  EXPECT_EQ(run.ending, "exit status 0");
  ExpectDormant(run.state(0), caller_, ForTheMap());
  State back = run.state(1);
  for (const char* set : {"back permitted", "back inheritable", "back ambient"}) EXPECT_EQ(back[set], "EPERM") << set;
}

TEST_P(Auditing, ThatCannotBeGivenUpEndsTheRun) {
  if (!HasAll()) return;
  for (const std::string last : {"give-up-auditing", "keep-for-ordinary"}) {
    ExpectRefused(RunProbe(Probe(), kPutDown + "lie-about-capset " + last + " report"),
                  Reason::kStartStepNotEffective, "capset");
    ExpectRefused(RunProbe(Probe(), kPutDown + "deny-capset " + last + " report"), Reason::kStartStepFailed,
                  "capset");
  }
}

TEST_P(Auditing, IsNotThereInARaise) {
  if (!HasAll()) return;
  const ProbeRun run = RunProbe(Probe(), kPutDown + "raise report");
  EXPECT_EQ(run.ending, "exit status 1");
  EXPECT_TRUE(run.refusal.has_value());
  EXPECT_TRUE(run.states.empty()) << "It went on.\n" << run.report;
}

}  // namespace
}  // namespace uidmap_test
