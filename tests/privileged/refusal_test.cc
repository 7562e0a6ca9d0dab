// SPDX-License-Identifier: BSD-3-Clause
// Starts that give no privilege, or the wrong one: each is refused by its own name.
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "child.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr Marker kPrivileged[] = {Marker::kSetuid, Marker::kFileCapability, Marker::kBoth};
const std::string kRaise = kPutDown + "keep-for-ordinary report raise";

std::function<void()> WithSecurebits(unsigned long bits) {
  return [bits] { Must(prctl(PR_SET_SECUREBITS, bits) == 0, "set securebits"); };
}

class Refused : public ::testing::TestWithParam<MapKind> {
 protected:
  Start With(Marker marker) const { return {.kind = GetParam(), .marker = marker}; }

  Start WithFile(const Installation& installation) const {
    return {.kind = GetParam(), .file = Install(ProbeProgram(), installation)};
  }
};

INSTANTIATE_TEST_SUITE_P(Kinds, Refused, ::testing::Values(MapKind::kUid, MapKind::kGid),
                         [](const auto& kind) { return NameOf(kind.param); });

void ExpectNothingToRaise(const Start& start, Reason reason) {
  const ProbeRun run = RunProbe(start, kRaise);
  ExpectDormant(run.state(0), kCaller, {});
  ExpectRefused(run, reason);
}

TEST_P(Refused, PlainCopy) { ExpectNothingToRaise(With(Marker::kPlain), Reason::kNoPrivilege); }

TEST_P(Refused, NosuidMount) {
  for (const Marker marker : kPrivileged) {
    Start start = With(marker);
    start.file = Install(ProbeProgram(), MarkedWith(marker, start.kind), Mount::kNosuid);
    ExpectNothingToRaise(start, Reason::kNosuidMount);
  }
}

TEST_P(Refused, NoNewPrivs) {
  for (const Marker marker : kPrivileged) {
    Start start = With(marker);
    start.caller.as_caller = [] { Must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "set no_new_privs"); };
    ExpectNothingToRaise(start, Reason::kNoNewPrivs);
  }
}

TEST_P(Refused, CapabilityNotInTheBoundingSet) {
  Start start = With(Marker::kSetuid);
  const int other = start.kind == MapKind::kUid ? CAP_SETGID : CAP_SETUID;
  for (const std::vector<int>& rest : {std::vector<int>{other, CAP_SETPCAP}, {other}, {}}) {
    start.caller.as_root = [&] { KeepInBoundingSet(rest); };
    ExpectNothingToRaise(start, Reason::kCapabilityNotInBoundingSet);
  }
}

TEST_P(Refused, TheCapabilityOfTheOtherProgram) {
  const MapKind other = GetParam() == MapKind::kUid ? MapKind::kGid : MapKind::kUid;
  ExpectNothingToRaise(WithFile(MarkedWith(Marker::kFileCapability, other)), Reason::kNoPrivilege);
}

// It empties the bounding set, which must not be taken for what the caller's was.
TEST_P(Refused, CapabilityToDropFromTheBoundingSet) {
  ExpectNothingToRaise(WithFile({.capabilities = "cap_setpcap=ep"}), Reason::kNoPrivilege);
}

TEST_P(Refused, SetgidFile) {
  const std::string capability = MarkedWith(Marker::kFileCapability, GetParam()).capabilities;
  for (const mode_t mode : {02755U, 06755U}) {
    for (const gid_t group : {gid_t{0}, gid_t{kStranger}}) {
      ExpectRefused(RunProbe(WithFile({.mode = mode, .group = group}), kPutDown), Reason::kForeignGroup);
      ExpectRefused(RunProbe(WithFile({.mode = mode, .group = group, .capabilities = capability}), kPutDown),
                    Reason::kForeignGroup);
    }
  }
}

// A reader who keeps the message waiting must not find a capability in the process.
TEST_P(Refused, LeavesNothingHeldHoweverEarlyItComes) {
  const ProbeRun run =
      RunProbe(WithFile({.mode = 06755, .group = kStranger}), "report shield settle fail-to-put-down report");
  EXPECT_NE(run.state(0)["CapPrm"], SetOf({})) << "there must be something to give up";
  for (const char* set : {"CapPrm", "CapEff", "CapInh"}) EXPECT_EQ(run.state(1)[set], SetOf({})) << set;
}

TEST_P(Refused, SetuidFileOfAnotherUser) {
  const std::string capability = MarkedWith(Marker::kFileCapability, GetParam()).capabilities;
  ExpectRefused(RunProbe(WithFile({.mode = 04755, .owner = kStranger}), kPutDown), Reason::kForeignUser);
  ExpectRefused(RunProbe(WithFile({.mode = 04755, .owner = kStranger, .capabilities = capability}), kPutDown),
                Reason::kForeignUser);
}

TEST_P(Refused, SetuidFileOfAnotherUserCalledByRoot) {
  Start start = WithFile({.mode = 04755, .owner = kStranger});
  start.caller.uid = 0;
  ExpectRefused(RunProbe(start, kPutDown), Reason::kForeignUser);
}

TEST_P(Refused, KeepCapsLocked) {
  for (const Marker marker : {Marker::kSetuid, Marker::kBoth}) {
    Start start = With(marker);
    start.caller.as_root = WithSecurebits(SECBIT_KEEP_CAPS_LOCKED);
    ExpectRefused(RunProbe(start, kPutDown), Reason::kKeepCapsLocked);
  }
}

TEST_P(Refused, KeepCapsLockedIsNoneForAFileCapability) {
  Start start = With(Marker::kFileCapability);
  start.caller.as_root = WithSecurebits(SECBIT_KEEP_CAPS_LOCKED);
  const ProbeRun run = RunProbe(start, kRaise);
  EXPECT_EQ(run.ending, "exit status 0");
  ExpectDormant(run.state(0), kCaller, {CapabilityOf(start.kind)});
}

// Under SECBIT_NOROOT a setuid root start has uid 0 and no capability.
TEST_P(Refused, NoRoot) {
  Start start = With(Marker::kSetuid);
  start.caller.as_root = WithSecurebits(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED);
  ExpectNothingToRaise(start, Reason::kMarkWithoutEffect);
}

TEST_P(Refused, NoRootIsNoneForAFileCapability) {
  for (const Marker marker : {Marker::kFileCapability, Marker::kBoth}) {
    Start start = With(marker);
    start.caller.as_root = WithSecurebits(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED);
    const ProbeRun run = RunProbe(start, kRaise);
    EXPECT_EQ(run.ending, "exit status 0");
    ExpectDormant(run.state(0), kCaller, {CapabilityOf(start.kind)});
  }
}

}  // namespace
}  // namespace uidmap_test
