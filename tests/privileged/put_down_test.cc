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

// CAP_SETFCAP, which a uid map of outside id 0 needs, comes from setuid alone.
std::vector<int> DormantSet(MapKind kind, bool setfcap) {
  std::vector<int> set = {CapabilityOf(kind)};
  if (setfcap && kind == MapKind::kUid) set.push_back(CAP_SETFCAP);
  return set;
}

State StateAfter(const Start& start, const std::string& steps) { return RunProbe(start, steps + " report").state(0); }

class PutDown : public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  Start start_{.kind = std::get<0>(GetParam()), .marker = std::get<1>(GetParam())};
  bool is_setuid_ = start_.marker == Marker::kSetuid;
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
  ExpectDormant(run.state(1), kCaller, DormantSet(start_.kind, is_setuid_));
}

TEST_P(PutDown, NeedsNoMoreThanSetuidAndSetgidInTheBoundingSet) {
  start_.caller.as_root = [] { KeepInBoundingSet({CAP_SETUID, CAP_SETGID}); };
  State state = StateAfter(start_, kPutDown);
  ExpectDormant(state, kCaller, DormantSet(start_.kind, false));
  EXPECT_EQ(state["CapBnd"], SetOf({CAP_SETUID, CAP_SETGID})) << "without CAP_SETPCAP it cannot change";
}

TEST_P(PutDown, EmptiesTheInheritableSetOfTheCaller) {
  start_.caller.ambient = {CAP_NET_RAW, CAP_SETUID, CAP_SETGID};
  const ProbeRun run = RunProbe(start_, "report " + kPutDown + "report");
  State before = run.state(0);
  EXPECT_EQ(before["CapInh"], SetOf({CAP_NET_RAW, CAP_SETUID, CAP_SETGID}));
  ExpectDormant(run.state(1), kCaller, DormantSet(start_.kind, is_setuid_));
}

TEST_P(PutDown, CutsTheSetsWhereSetresuidDoesNot) {
  start_.caller.as_root = [] { Must(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) == 0, "set securebits"); };
  ExpectDormant(StateAfter(start_, kPutDown), kCaller, DormantSet(start_.kind, is_setuid_));
}

TEST_P(PutDown, LeavesRootAsCallerTheSame) {
  start_.caller.uid = 0;
  const ProbeRun run = RunProbe(start_, "report " + kPutDown + "report");
  State before = run.state(0);
  EXPECT_EQ(before["dumpable"], "1");
  ExpectDormant(run.state(1), 0, DormantSet(start_.kind, true));  // the sets of root, whatever the file says
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
  start.caller.ambient = {CAP_SETGID, CAP_SETUID, CAP_NET_RAW};
  const ProbeRun run = RunProbe(start, "report " + kPutDown + "report");
  State before = run.state(0);
  EXPECT_EQ(before["CapAmb"], SetOf(start.caller.ambient));
  ExpectDormant(run.state(1), kCaller, {CapabilityOf(start.kind)});
}

TEST_P(PutDownOfKind, LeavesRootWithAPlainCopyTheSame) {
  Start start{.kind = GetParam(), .marker = Marker::kPlain};
  start.caller.uid = 0;
  State state = StateAfter(start, kPutDown);
  ExpectDormant(state, 0, DormantSet(start.kind, true));
  EXPECT_EQ(state["CapBnd"], SetOf({}));
}

}  // namespace
}  // namespace uidmap_test
