// SPDX-License-Identifier: BSD-3-Clause
// runc and crun take a helper that a signal ended for one that succeeded, so an own bug must end it with status 1.
#include <tuple>

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

}  // namespace
}  // namespace uidmap_test
