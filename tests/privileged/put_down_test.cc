// SPDX-License-Identifier: BSD-3-Clause
// However the program was started, the same process comes out of PutDown.
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include <tuple>

#include "child.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr Marker kPrivileged[] = {Marker::kSetuid, Marker::kFileCapability, Marker::kBoth};
constexpr MapKind kKinds[] = {MapKind::kUid, MapKind::kGid};

// What a start has beside the map's capability. CAP_SETFCAP, which a uid map of outside id 0 needs, and
// CAP_AUDIT_WRITE come from setuid alone, and from root. Only the latter can be handed on.
enum class Beside { kNothing, kAuditing, kAll };

void ExpectDormantSet(const State& state, uid_t id, MapKind kind, Beside beside) {
  std::vector<int> set = {CapabilityOf(kind)};
  std::vector<int> inheritable;
  if (beside == Beside::kAll && kind == MapKind::kUid) set.push_back(CAP_SETFCAP);
  if (beside != Beside::kNothing) inheritable.push_back(CAP_AUDIT_WRITE);
  set.insert(set.end(), inheritable.begin(), inheritable.end());
  ExpectDormant(state, id, set, inheritable);
}

State StateAfter(const Start& start, const std::string& steps) { return RunProbe(start, steps + " report").state(0); }

class PutDown : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  Start start_{.kind = std::get<0>(GetParam()), .marker = std::get<1>(GetParam())};
  Beside beside_ = start_.marker == Marker::kSetuid ? Beside::kAll : Beside::kNothing;
};

INSTANTIATE_TEST_SUITE_P(Modes, PutDown,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::ValuesIn(kPrivileged)),
                         [](const auto& mode) {
                           return NameOf(std::get<0>(mode.param)) + "_" + NameOf(std::get<1>(mode.param));
                         });

TEST_P(PutDown, LeavesTheCallerWithOneDormantCapability) {
  const ProbeRun run = RunProbe(start_, "report " + kPutDown + "report");
  EXPECT_EQ(run.ending, "exit status 0");
  State before = run.state(0);
  EXPECT_EQ(before["Uid"], start_.marker == Marker::kFileCapability ? FourTimes(kCaller) : "61001 0 0 0");
  EXPECT_NE(before["CapEff"], SetOf({}));
  ExpectDormantSet(run.state(1), kCaller, start_.kind, beside_);
}

TEST_P(PutDown, NeedsNoMoreThanSetuidAndSetgidInTheBoundingSet) {
  start_.caller.as_root = [] { KeepInBoundingSet({CAP_SETUID, CAP_SETGID}); };
  State state = StateAfter(start_, kPutDown);
  ExpectDormantSet(state, kCaller, start_.kind, Beside::kNothing);
  EXPECT_EQ(state["CapBnd"], SetOf({CAP_SETUID, CAP_SETGID})) << "without CAP_SETPCAP it cannot change";
}

TEST_P(PutDown, KeepsAuditingWhetherOrNotTheBoundingSetCanBeEmptied) {
  const std::vector<int> rest = {CAP_SETUID, CAP_SETGID, CAP_AUDIT_WRITE};
  const Beside beside = beside_ == Beside::kAll ? Beside::kAuditing : beside_;
  start_.caller.as_root = [&] { KeepInBoundingSet(rest); };
  State state = StateAfter(start_, kPutDown);
  ExpectDormantSet(state, kCaller, start_.kind, beside);
  EXPECT_EQ(state["CapBnd"], SetOf(rest));
  start_.caller.as_root = [] { KeepInBoundingSet({CAP_SETUID, CAP_SETGID, CAP_AUDIT_WRITE, CAP_SETPCAP}); };
  ExpectDormantSet(StateAfter(start_, kPutDown), kCaller, start_.kind, beside);
}

// The caller had it in the inheritable set, so a setuid root start has it, but cannot hand it on: cap_capset() puts
// back into that set nothing that the bounding set lacks. Nothing else comes in its place.
TEST_P(PutDown, GivesUpAuditingThatItCannotHandOn) {
  const std::vector<int> rest = {CAP_CHOWN, CAP_SETUID, CAP_SETGID};
  start_.caller.ambient = {CAP_AUDIT_WRITE, CAP_SETPCAP};
  start_.caller.as_caller = [&] { KeepInBoundingSet(rest); };
  const ProbeRun run = RunProbe(start_, "report " + kPutDown + "report");
  if (start_.marker == Marker::kSetuid) {
    EXPECT_EQ(run.state(0)["CapPrm"], SetOf({CAP_CHOWN, CAP_SETUID, CAP_SETGID, CAP_AUDIT_WRITE, CAP_SETPCAP}));
  }
  ExpectDormantSet(run.state(1), kCaller, start_.kind, Beside::kNothing);
}

TEST_P(PutDown, EmptiesTheInheritableSetOfTheCaller) {
  start_.caller.ambient = {CAP_NET_RAW, CAP_SETUID, CAP_SETGID, CAP_AUDIT_WRITE};
  const ProbeRun run = RunProbe(start_, "report " + kPutDown + "report");
  State before = run.state(0);
  EXPECT_EQ(before["CapInh"], SetOf(start_.caller.ambient));
  ExpectDormantSet(run.state(1), kCaller, start_.kind, beside_);
}

TEST_P(PutDown, CutsTheSetsWhereSetresuidDoesNot) {
  start_.caller.as_root = [] { Must(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) == 0, "set securebits"); };
  ExpectDormantSet(StateAfter(start_, kPutDown), kCaller, start_.kind, beside_);
}

TEST_P(PutDown, LeavesRootAsCallerTheSame) {
  start_.caller.uid = 0;
  const ProbeRun run = RunProbe(start_, "report " + kPutDown + "report");
  State before = run.state(0);
  EXPECT_EQ(before["dumpable"], "1");
  ExpectDormantSet(run.state(1), 0, start_.kind, Beside::kAll);  // the sets of root, whatever the file says
}

TEST_P(PutDown, LeavesNoTraceOfTheMarkerOnceTheRequestIsKnown) {
  const std::string steps = kPutDown + "keep-for-ordinary";
  Start setuid = start_;
  setuid.marker = Marker::kSetuid;
  State expected = StateAfter(setuid, steps);
  State state = StateAfter(start_, steps);
  EXPECT_EQ(expected["CapBnd"], SetOf({}));  // from setuid, since that start has CAP_SETPCAP
  expected.erase("CapBnd");
  state.erase("CapBnd");
  EXPECT_EQ(state, expected);
}

TEST_P(PutDown, LeavesNoTraceOfTheMarkerAtAllWhereTheBoundingSetIsPoor) {
  start_.caller.as_root = [] { KeepInBoundingSet({CAP_SETUID, CAP_SETGID}); };
  Start setuid = start_;
  setuid.marker = Marker::kSetuid;
  EXPECT_EQ(StateAfter(start_, kPutDown), StateAfter(setuid, kPutDown));
}

class PutDownOfKind : public ::testing::TestWithParam<MapKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, PutDownOfKind, ::testing::ValuesIn(kKinds),
                         [](const auto& kind) { return NameOf(kind.param); });

TEST_P(PutDownOfKind, EmptiesTheBoundingSetFromSetuidWithSetpcap) {
  Start start{.kind = GetParam(), .marker = Marker::kSetuid};
  EXPECT_EQ(StateAfter(start, kPutDown)["CapBnd"], SetOf({}));
  start.caller.as_root = [] { KeepInBoundingSet({CAP_SETUID, CAP_SETGID, CAP_SETPCAP}); };
  EXPECT_EQ(StateAfter(start, kPutDown)["CapBnd"], SetOf({}));
}

TEST_P(PutDownOfKind, LeavesAPlainCopyNothing) {
  ExpectDormant(StateAfter({.kind = GetParam(), .marker = Marker::kPlain}, kPutDown), kCaller, {});
}

TEST_P(PutDownOfKind, EmptiesTheAmbientSetOfTheCaller) {
  Start start{.kind = GetParam(), .marker = Marker::kPlain};
  for (const Beside beside : {Beside::kNothing, Beside::kAuditing}) {
    start.caller.ambient = {CAP_SETGID, CAP_SETUID, CAP_NET_RAW};
    if (beside == Beside::kAuditing) start.caller.ambient.push_back(CAP_AUDIT_WRITE);
    const ProbeRun run = RunProbe(start, "report " + kPutDown + "report");
    State before = run.state(0);
    EXPECT_EQ(before["CapAmb"], SetOf(start.caller.ambient));
    ExpectDormantSet(run.state(1), kCaller, start.kind, beside);
  }
}

TEST_P(PutDownOfKind, LeavesRootWithAPlainCopyTheSame) {
  Start start{.kind = GetParam(), .marker = Marker::kPlain};
  start.caller.uid = 0;
  State state = StateAfter(start, kPutDown);
  ExpectDormantSet(state, 0, start.kind, Beside::kAll);
  EXPECT_EQ(state["CapBnd"], SetOf({}));
}

}  // namespace
}  // namespace uidmap_test
