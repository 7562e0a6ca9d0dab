// SPDX-License-Identifier: BSD-3-Clause
// From the dormant capability to the raised one, and to none for good.
#include <linux/capability.h>

#include <tuple>

#include "probe_run.h"

namespace uidmap_test {
namespace {

class Privilege : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  Start start_{.kind = std::get<0>(GetParam()), .marker = std::get<1>(GetParam())};
  int capability_ = CapabilityOf(start_.kind);
};

INSTANTIATE_TEST_SUITE_P(
    Modes, Privilege,
    ::testing::Combine(::testing::Values(MapKind::kUid, MapKind::kGid),
                       ::testing::Values(Marker::kSetuid, Marker::kFileCapability, Marker::kBoth)),
    [](const auto& mode) { return NameOf(std::get<0>(mode.param)) + "_" + NameOf(std::get<1>(mode.param)); });

void ExpectRaised(const State& state, const std::vector<int>& capabilities) {
  State seen = state;
  ExpectSets(state, {.permitted = capabilities, .effective = capabilities});
  EXPECT_EQ(seen["Uid"], FourTimes(kCaller));
  EXPECT_EQ(seen["dumpable"], "0");
}

TEST_P(Privilege, IsRaisedAlone) {
  const ProbeRun run = RunProbe(start_, kPutDown + "keep-for-ordinary report raise report");
  EXPECT_EQ(run.ending, "exit status 0");
  ExpectDormant(run.state(0), kCaller, {capability_});
  ExpectRaised(run.state(1), {capability_});
}

TEST_P(Privilege, IsGoneForGoodOnceRenounced) {
  const ProbeRun run = RunProbe(start_, kPutDown + "keep-for-ordinary raise renounce report ways-back report");
  EXPECT_EQ(run.ending, "exit status 0");
  ExpectDormant(run.state(0), kCaller, {});
  const State all_refused = {{"back permitted", "EPERM"}, {"back inheritable", "EPERM"}, {"back ambient", "EPERM"},
                             {"back setuid", "EPERM"},    {"back setresuid", "EPERM"},   {"back setgid", "EPERM"},
                             {"back setresgid", "EPERM"}};
  EXPECT_EQ(run.state(1), all_refused);
  EXPECT_EQ(run.state(2), run.state(0));
}

TEST_P(Privilege, IsGivenUpByItsDestructor) {
  for (const std::string steps : {"", "keep-for-ordinary ", "keep-for-ordinary raise "}) {
    const ProbeRun run = RunProbe(start_, kPutDown + steps + "leave-scope report");
    EXPECT_EQ(run.ending, "exit status 0");
    ExpectDormant(run.state(0), kCaller, {});
  }
}

TEST_P(Privilege, ThatCannotBeRenouncedEndsTheRunWithAReason) {
  const std::string raised = kPutDown + "keep-for-ordinary raise ";
  ExpectRefused(RunProbe(start_, raised + "lie-about-capset renounce report"), Reason::kCapabilityNotGone,
                "capset reported success and changed nothing");
  ExpectRefused(RunProbe(start_, raised + "deny-capset renounce report"), Reason::kCapabilityNotGone,
                "capset failed");
}

TEST_P(Privilege, ThatItsDestructorCannotGiveUpEndsTheRun) {
  for (const std::string filter : {"lie-about-capset", "deny-capset"}) {
    const ProbeRun run = RunProbe(start_, kPutDown + "keep-for-ordinary raise " + filter + " leave-scope report");
    EXPECT_EQ(run.ending, "exit status 1");
    EXPECT_EQ(run.report, "") << "It went on.";
  }
}

// A seccomp filter that comes so late needs no_new_privs; a mandatory access control policy could do the same.
TEST_P(Privilege, ThatCannotBeRaisedEndsTheRunWithAReason) {
  const std::string steps = kPutDown + "keep-for-ordinary deny-capset raise report";
  ExpectRefused(RunProbe(start_, steps), Reason::kRaiseFailed);
}

TEST_P(Privilege, ThatIsSaidToBeRaisedAndIsNotEndsTheRun) {
  const ProbeRun run = RunProbe(start_, kPutDown + "keep-for-ordinary lie-about-capset raise report");
  EXPECT_EQ(run.ending, "exit status 1");
  EXPECT_TRUE(run.states.empty()) << "It went on.\n" << run.report;
}

TEST(PrivilegeFromSetuid, KeepsSetfcapForOutsideIdZeroAlone) {
  const Start start{.kind = MapKind::kUid, .marker = Marker::kSetuid};
  const ProbeRun ordinary = RunProbe(start, kPutDown + "report keep-for-ordinary report raise report");
  ExpectDormant(ordinary.state(0), kCaller, {CAP_SETUID, CAP_SETFCAP, CAP_AUDIT_WRITE}, {CAP_AUDIT_WRITE});
  ExpectDormant(ordinary.state(1), kCaller, {CAP_SETUID});
  ExpectRaised(ordinary.state(2), {CAP_SETUID});
  const ProbeRun with_zero = RunProbe(start, kPutDown + "keep-for-outside-zero report raise report renounce report");
  ExpectDormant(with_zero.state(0), kCaller, {CAP_SETUID, CAP_SETFCAP});
  ExpectRaised(with_zero.state(1), {CAP_SETUID, CAP_SETFCAP});
  ExpectDormant(with_zero.state(2), kCaller, {});
}

TEST(PrivilegeFromSetuid, ForGidMapsNeverHasSetfcap) {
  const Start start{.kind = MapKind::kGid, .marker = Marker::kSetuid};
  const ProbeRun run = RunProbe(start, kPutDown + "report keep-for-outside-zero report raise report");
  ExpectDormant(run.state(0), kCaller, {CAP_SETGID, CAP_AUDIT_WRITE}, {CAP_AUDIT_WRITE});
  ExpectDormant(run.state(1), kCaller, {CAP_SETGID});
  ExpectRaised(run.state(2), {CAP_SETGID});
}

TEST(PrivilegeFromSetuid, IsNotRaisedIfSetfcapCannotBeGivenUp) {
  const Start start{.kind = MapKind::kUid, .marker = Marker::kSetuid};
  const std::string steps = kPutDown + "give-up-auditing ";
  ExpectRefused(RunProbe(start, steps + "lie-about-capset keep-for-ordinary report"), Reason::kStartStepNotEffective,
                "capset");
  ExpectRefused(RunProbe(start, steps + "deny-capset keep-for-ordinary report"), Reason::kStartStepFailed, "capset");
}

TEST(PrivilegeFromFileCapability, DoesNotReachOutsideIdZero) {
  for (const Marker marker : {Marker::kFileCapability, Marker::kBoth}) {
    const Start start{.kind = MapKind::kUid, .marker = marker};
    ExpectRefused(RunProbe(start, kPutDown + "keep-for-outside-zero raise"), Reason::kOutsideZeroWithoutSetfcap);
  }
}

TEST(PrivilegeOfRoot, IsGoneForGoodOnceRenounced) {
  Start start{.kind = MapKind::kUid, .marker = Marker::kPlain};
  start.caller.uid = 0;
  const ProbeRun run = RunProbe(start, kPutDown + "keep-for-ordinary raise renounce report ways-back report");
  ExpectDormant(run.state(0), 0, {});
  State back = run.state(1);
  EXPECT_EQ(back["back permitted"], "EPERM");
  ExpectDormant(run.state(2), 0, {});  // setuid(0) of uid 0 succeeds, and brings nothing
}

}  // namespace
}  // namespace uidmap_test
