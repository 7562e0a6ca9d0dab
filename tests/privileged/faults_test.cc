// SPDX-License-Identifier: BSD-3-Clause
// runc and crun take a helper that a signal ended for one that succeeded, so an own bug must end it with status 1.
#include <signal.h>

#include "confined_run.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr const char* kFaults[] = {"wild-write", "stack-overflow", "stack-smash", "trap",   "abort",
                                   "assertion",  "SIGSEGV",        "SIGBUS",      "SIGILL", "SIGFPE",
                                   "SIGSYS",     "SIGTRAP",        "SIGABRT"};

class Fault : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Own, Fault, ::testing::ValuesIn(kFaults), [](const auto& fault) {
  std::string name = fault.param;
  if (const auto dash = name.find('-'); dash != std::string::npos) name[dash] = '_';
  return name;
});

void ExpectEndsWithStatus1(Marker marker, const std::string& steps) {
  Start start{.marker = marker};
  start.caller.as_caller = SilenceOutput;
  const ProbeRun run = RunProbe(start, steps + " report");
  EXPECT_EQ(run.ending, "exit status 1");
  EXPECT_EQ(run.report, "") << "It went on.";
}

TEST_P(Fault, EndsWithStatus1FromTheFirstStepOn) {
  ExpectEndsWithStatus1(Marker::kPlain, std::string("shield ") + GetParam());
}

TEST_P(Fault, EndsWithStatus1InTheRaisedWindow) {
  for (const Marker marker : {Marker::kSetuid, Marker::kFileCapability}) {
    ExpectEndsWithStatus1(marker, kPutDown + "keep-for-ordinary raise " + GetParam());
  }
}

// raise(3) is among the calls that the filter denies, so these are the faults that need none. abort(3) and the stack
// protector want to say something and to send a signal, and are denied both.
constexpr const char* kFaultsWithoutCalls[] = {"wild-write", "stack-overflow", "stack-smash",
                                               "trap",       "abort",          "assertion"};

TEST(FaultUnderTheFilter, EndsWithStatus1) {
  for (const char* fault : kFaultsWithoutCalls) {
    SCOPED_TRACE(fault);
    ExpectEndsWithStatus1(Marker::kPlain, kConfined + fault);
    for (const Marker marker : {Marker::kSetuid, Marker::kFileCapability}) {
      ExpectEndsWithStatus1(marker, kConfined + "keep-for-ordinary raise " + fault);
    }
  }
}

// A handler that returns needs a call for that, and another to know that it should.
TEST(FaultUnderTheFilter, OfAnotherProcessIsOutlived) {
  for (const Place place : {Place::kBehindTheFilter, Place::kInTheWindow}) {
    ConfinedRun run(MapKind::kUid, Marker::kSetuid, place);
    if (!run.arrived()) return;
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP, SIGABRT}) {
      EXPECT_EQ(kill(run.program().pid(), fault), 0);
    }
    run.ExpectGoesOn(run.State());
  }
}

}  // namespace
}  // namespace uidmap_test
