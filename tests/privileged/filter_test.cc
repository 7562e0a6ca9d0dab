// SPDX-License-Identifier: BSD-3-Clause
// A seccomp filter of the caller answers in place of the kernel: it denies a step, or says that a step was done that
// was not. Only CAP_SYS_ADMIN can install one that a privileged program keeps; container runtimes do.
#include <errno.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <fstream>
#include <tuple>

#include "child.h"
#include "probe_run.h"
#include "syscall_filter.h"

namespace uidmap_test {
namespace {

// What becomes of the start: refused, or (kNone) the call was not needed and everything is as ever.
struct Outcome {
  Reason reason = Reason::kNone;
  const char* subject = "";
};

constexpr Outcome kAsEver;
constexpr Outcome Failed(const char* call) { return {Reason::kStartStepFailed, call}; }
constexpr Outcome NotDone(const char* call) { return {Reason::kStartStepNotEffective, call}; }

struct Case {
  const char* name;
  FilteredCall call;
  int answer;
  Outcome from_setuid, from_file_capability, from_both;
};

constexpr FilteredCall Prctl(unsigned option) { return {SYS_prctl, {{0, option}}}; }
constexpr FilteredCall kEndKeepcaps = {SYS_prctl, {{0, PR_SET_KEEPCAPS}, {1, 0}}};
constexpr FilteredCall kDropLast = {SYS_prctl, {{0, PR_CAPBSET_DROP}, {1, CAP_CHECKPOINT_RESTORE}}};  // of Linux 5.10
constexpr FilteredCall kSetLimit = {SYS_prlimit64, {{3, 0}}};  // the old limit is not asked for
constexpr FilteredCall kCoreLimit = {SYS_prlimit64, {{1, RLIMIT_CORE}}};
constexpr FilteredCall kSetCore = {SYS_prlimit64, {{1, RLIMIT_CORE}, {3, 0}}};

constexpr Case Always(const char* name, FilteredCall call, int answer, Outcome outcome) {
  return {name, call, answer, outcome, outcome, outcome};
}

// No exec makes group ids that setresgid(2) would have to change, and a file capability no user ids. With both
// markers nothing but that capability is there to be given up, and setresuid(2) has made it dormant.
constexpr Case kLies[] = {
    {"setresuid", {SYS_setresuid}, 0, NotDone("setresuid"), kAsEver, NotDone("setresuid")},
    Always("setresgid", {SYS_setresgid}, 0, kAsEver),
    {"capset", {SYS_capset}, 0, NotDone("capset"), NotDone("capset"), kAsEver},
    Always("setrlimit", kSetCore, 0, NotDone("setrlimit")),
    Always("prlimit", kCoreLimit, 0, NotDone("setrlimit")),
    {"capbset_drop", Prctl(PR_CAPBSET_DROP), 0, NotDone("prctl(PR_CAPBSET_DROP)"), kAsEver, kAsEver},
    {"keepcaps", Prctl(PR_SET_KEEPCAPS), 0, Failed("capset"), kAsEver, Failed("capset")},
    {"end_of_keepcaps", kEndKeepcaps, 0, NotDone("prctl(PR_SET_KEEPCAPS)"), kAsEver,
     NotDone("prctl(PR_SET_KEEPCAPS)")},
    // Whoever took the variables it left unset for the ids of the caller would become root.
    Always("getresuid", {SYS_getresuid}, 0, NotDone("getresuid")),
    Always("getresgid", {SYS_getresgid}, 0, NotDone("getresgid")),
};

constexpr Case kDenials[] = {
    {"setresuid", {SYS_setresuid}, EPERM, Failed("setresuid"), kAsEver, Failed("setresuid")},
    Always("setresgid", {SYS_setresgid}, EPERM, kAsEver),
    Always("capset", {SYS_capset}, EPERM, Failed("capset")),
    Always("dumpable", Prctl(PR_SET_DUMPABLE), EPERM, Failed("prctl(PR_SET_DUMPABLE)")),
    Always("setrlimit", kSetLimit, EPERM, Failed("setrlimit")),
    {"capbset_drop", Prctl(PR_CAPBSET_DROP), EPERM, Failed("prctl(PR_CAPBSET_DROP)"), kAsEver, kAsEver},
    {"capbset_drop_as_unknown", Prctl(PR_CAPBSET_DROP), EINVAL, Failed("prctl(PR_CAPBSET_DROP)"), kAsEver, kAsEver},
    {"capbset_drop_of_the_last_as_unknown", kDropLast, EINVAL, Failed("prctl(PR_CAPBSET_DROP)"), kAsEver, kAsEver},
    {"capbset_read", Prctl(PR_CAPBSET_READ), EPERM, NotDone("prctl(PR_CAPBSET_DROP)"), kAsEver, kAsEver},
    {"keepcaps", Prctl(PR_SET_KEEPCAPS), EPERM, Failed("prctl(PR_SET_KEEPCAPS)"), kAsEver,
     Failed("prctl(PR_SET_KEEPCAPS)")},
    {"end_of_keepcaps", kEndKeepcaps, EPERM, Failed("prctl(PR_SET_KEEPCAPS)"), kAsEver,
     Failed("prctl(PR_SET_KEEPCAPS)")},
    Always("getresuid", {SYS_getresuid}, EPERM, Failed("getresuid")),
    Always("getresgid", {SYS_getresgid}, EPERM, Failed("getresgid")),
    Always("capget", {SYS_capget}, EPERM, Failed("capget")),
    Always("rt_sigprocmask", {SYS_rt_sigprocmask}, EPERM, Failed("rt_sigprocmask")),
    Always("sigaltstack", {SYS_sigaltstack}, EPERM, Failed("sigaltstack")),
    Always("rt_sigaction", {SYS_rt_sigaction}, EPERM, Failed("sigaction")),
    Always("setitimer", {SYS_setitimer}, EPERM, Failed("setitimer")),
};

void PrintTo(const Case& filtered, std::ostream* out) { *out << filtered.name; }

std::function<void()> Filtered(const FilteredCall& call, int answer) {
  return [=] { Must(InstallFilter({.call = call, .answer = answer}), "install a filter"); };
}

void ExpectAsEver(const Start& start, const ProbeRun& run) {
  std::vector<int> permitted = {CapabilityOf(start.kind)};
  std::vector<int> inheritable;
  if (start.kind == MapKind::kUid && start.marker == Marker::kSetuid) permitted.push_back(CAP_SETFCAP);
  if (start.marker == Marker::kSetuid) inheritable.push_back(CAP_AUDIT_WRITE);
  permitted.insert(permitted.end(), inheritable.begin(), inheritable.end());
  EXPECT_EQ(run.ending, "exit status 0") << run.report;
  ExpectDormant(run.state(0), kCaller, permitted, inheritable);
}

using Parameters = std::tuple<MapKind, Marker, Case>;

class Filter : public ::testing::TestWithParam<Parameters> {
 protected:
  const Outcome& expected() const {
    const Case& filtered = std::get<2>(GetParam());
    if (start_.marker == Marker::kSetuid) return filtered.from_setuid;
    return start_.marker == Marker::kBoth ? filtered.from_both : filtered.from_file_capability;
  }

  Start start_{.kind = std::get<0>(GetParam()), .marker = std::get<1>(GetParam())};
};

std::string NameOfCase(const ::testing::TestParamInfo<Parameters>& info) {
  const auto& [kind, marker, filtered] = info.param;
  return NameOf(kind) + "_" + NameOf(marker) + "_" + filtered.name;
}

const auto kKinds = ::testing::Values(MapKind::kUid, MapKind::kGid);
const auto kMarkers = ::testing::Values(Marker::kSetuid, Marker::kFileCapability, Marker::kBoth);
INSTANTIATE_TEST_SUITE_P(ThatLies, Filter, ::testing::Combine(kKinds, kMarkers, ::testing::ValuesIn(kLies)),
                         NameOfCase);
INSTANTIATE_TEST_SUITE_P(ThatDenies, Filter, ::testing::Combine(kKinds, kMarkers, ::testing::ValuesIn(kDenials)),
                         NameOfCase);

TEST_P(Filter, IsNotMistakenForTheKernel) {
  const Case& filtered = std::get<2>(GetParam());
  start_.caller.as_root = Filtered(filtered.call, filtered.answer);
  const ProbeRun run = RunProbe(start_, kPutDown + "report");
  if (expected().reason == Reason::kNone) return ExpectAsEver(start_, run);
  ExpectRefused(run, expected().reason, expected().subject);
  EXPECT_TRUE(run.states.empty()) << "It went on.\n" << run.report;
}

// An exec that gained nothing, as root's, left the process dumpable.
TEST(FilterThatLies, AboutDumpableIsFoundOut) {
  for (const Marker marker : {Marker::kPlain, Marker::kSetuid, Marker::kFileCapability}) {
    Start start{.marker = marker};
    start.caller.uid = 0;
    start.caller.as_root = Filtered(Prctl(PR_SET_DUMPABLE), 0);
    ExpectRefused(RunProbe(start, kPutDown + "report"), Reason::kStartStepNotEffective, "prctl(PR_SET_DUMPABLE)");
  }
}

TEST(FilterThatLies, AboutDumpableIsNoMatterWhereExecHasClearedIt) {
  std::string suid_dumpable;
  std::ifstream("/proc/sys/fs/suid_dumpable") >> suid_dumpable;
  Start start;
  start.caller.as_root = Filtered(Prctl(PR_SET_DUMPABLE), 0);
  const ProbeRun run = RunProbe(start, kPutDown + "report");
  if (suid_dumpable == "0") return ExpectAsEver(start, run);
  ExpectRefused(run, Reason::kStartStepNotEffective, "prctl(PR_SET_DUMPABLE)");
}

// With both markers setresuid(2) leaves no more than this: one too many, in the upper half of the set.
TEST(FilterThatLies, AboutCapsetIsFoundOutByAnyCapability) {
  Start start;
  start.file = Install(ProbeProgram(), {.mode = 04755, .capabilities = "cap_setuid,cap_perfmon=ep"});
  start.caller.as_root = Filtered({SYS_capset}, 0);
  ExpectRefused(RunProbe(start, kPutDown + "report"), Reason::kStartStepNotEffective, "capset");
}

// What securebits lock is looked at, and not only that some are set.
TEST(FilterThatDenies, KeepcapsIsNotTakenForALockOfIt) {
  Start start;
  start.caller.as_root = [] {
    Must(prctl(PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE) == 0, "set securebits");
    Filtered(Prctl(PR_SET_KEEPCAPS), EPERM)();
  };
  ExpectRefused(RunProbe(start, kPutDown + "report"), Reason::kStartStepFailed, "prctl(PR_SET_KEEPCAPS)");
}

// Then there is no telling what the process holds. It must not be more than it knows of.
TEST(FilterThatLies, AboutTheSetsLeavesNothing) {
  for (const Marker marker : {Marker::kSetuid, Marker::kFileCapability, Marker::kBoth}) {
    Start start{.marker = marker};
    start.caller.as_root = Filtered({SYS_capget}, 0);
    const ProbeRun run = RunProbe(start, kPutDown + "keep-for-ordinary ways-back raise");
    State back = run.state(0);
    EXPECT_EQ(back["back permitted"], "EPERM");
    EXPECT_EQ(back["back setresuid"], "EPERM");
    ExpectRefused(run, marker == Marker::kFileCapability ? Reason::kNoPrivilege : Reason::kMarkWithoutEffect);
  }
}

}  // namespace
}  // namespace uidmap_test
