// SPDX-License-Identifier: BSD-3-Clause
// Inside a user namespace the caller may hold every capability already; exec then leaves the process dumpable.
#include <linux/capability.h>

#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr uid_t kContainer = 200000;  // outside id of a container's root

Start InContainer(MapKind kind, uid_t uid) {
  Start start{.kind = kind};
  start.caller.uid = uid;
  start.caller.as_root = [] {
    const std::string map = "0 " + std::to_string(kContainer) + " 65536\n";
    EnterUserNamespace(map, map);
  };
  return start;
}

std::vector<int> FullSet(MapKind kind) {
  std::vector<int> set = {CapabilityOf(kind), CAP_AUDIT_WRITE};
  if (kind == MapKind::kUid) set.push_back(CAP_SETFCAP);
  return set;
}

class InUserNamespace : public ::testing::TestWithParam<MapKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, InUserNamespace, ::testing::Values(MapKind::kUid, MapKind::kGid),
                         [](const auto& kind) { return NameOf(kind.param); });

TEST_P(InUserNamespace, RootIsMadeNotDumpable) {
  for (const Marker marker : {Marker::kPlain, Marker::kSetuid, Marker::kFileCapability}) {
    Start start = InContainer(GetParam(), 0);
    start.marker = marker;
    const ProbeRun run = RunProbe(start, "report " + kPutDown + "report");
    State before = run.state(0);
    EXPECT_EQ(before["dumpable"], "1") << NameOf(marker);
    ExpectDormant(run.state(1), 0, FullSet(start.kind), {CAP_AUDIT_WRITE});
  }
}

TEST_P(InUserNamespace, AnotherUserStartsWithTheFileCapability) {
  Start start = InContainer(GetParam(), 1000);
  start.marker = Marker::kFileCapability;
  const ProbeRun run = RunProbe(start, kPutDown + "report keep-for-ordinary raise");
  EXPECT_EQ(run.ending, "exit status 0");
  ExpectDormant(run.state(0), 1000, {CapabilityOf(start.kind)});
}

TEST_P(InUserNamespace, AnotherUserStartsWithASetuidFileOfTheContainer) {
  Start start = InContainer(GetParam(), 1000);
  start.file = Install(ProbeProgram(), {.mode = 04755, .owner = kContainer, .group = kContainer});
  const ProbeRun run = RunProbe(start, "report " + kPutDown + "report keep-for-ordinary raise");
  EXPECT_EQ(run.ending, "exit status 0");
  State before = run.state(0);
  EXPECT_EQ(before["Uid"], "1000 0 0 0");
  State after = run.state(1);
  ExpectDormant(after, 1000, FullSet(start.kind), {CAP_AUDIT_WRITE});
  EXPECT_EQ(after["CapBnd"], SetOf({}));
}

TEST_P(InUserNamespace, AFileOfTheOutsideRootGivesNothing) {
  Start start = InContainer(GetParam(), 1000);
  start.marker = Marker::kSetuid;
  const ProbeRun run = RunProbe(start, kPutDown + "report keep-for-ordinary raise");
  ExpectDormant(run.state(0), 1000, {});
  ExpectRefused(run, Reason::kMarkWithoutEffect);
}

// The kernel could not set an id that it shows in place of none, so it is left alone.
TEST_P(InUserNamespace, ACallerWithoutAnIdThereStaysWhoHeIs) {
  constexpr uid_t kOverflow = 65534;
  Start start{.kind = GetParam(), .marker = Marker::kFileCapability};
  start.caller.as_caller = [] { EnterUserNamespace("", ""); };
  const ProbeRun run = RunProbe(start, kPutDown + "report keep-for-ordinary raise renounce report");
  EXPECT_EQ(run.ending, "exit status 0");
  ExpectDormant(run.state(0), kOverflow, {CapabilityOf(start.kind)});
  ExpectDormant(run.state(1), kOverflow, {});
}

}  // namespace
}  // namespace uidmap_test
