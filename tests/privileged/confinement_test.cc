// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs once they are shut in: whatever other system call somebody has them make, with the privilege
// asleep or awake, is answered with EPERM, and they go on. A tracer makes them make it.
#include <errno.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <tuple>

#include "confined_run.h"
#include "other_calls.h"
#include "privileged/filter_program.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr long kNumbers = 600;  // more than there are
constexpr std::uint64_t kX32 = 0x40000000;
constexpr Arguments kZeroes = {};
constexpr Arguments kOnes = {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL};

bool IsAllowed(long number) {
  const auto& calls = uidmap::kAllowedCalls;
  return std::find(std::begin(calls), std::end(calls), static_cast<std::uint32_t>(number)) != std::end(calls);
}

// Newer kernels let these two pass every filter (kernel/seccomp.c). Made by anything but a probe of the kernel's they
// raise SIGILL, and that is all.
bool PassesEveryFilter(long number) {
  constexpr long kUretprobe = 335;
  constexpr long kUprobe = 336;
  return number == kUretprobe || number == kUprobe;
}

// Without them the instruction is a fault, and nothing is to be shown.
bool KernelHasI386Calls() {
  ConfinedRun run(MapKind::kUid, Marker::kSetuid, Place::kBeforeTheFilter);
  constexpr long kGetpid = 20;
  return run.arrived() && run.program().MakeOtherByInt80(kGetpid, kZeroes) == run.program().pid();
}

constexpr MapKind kKinds[] = {MapKind::kUid, MapKind::kGid};
constexpr Marker kMarkers[] = {Marker::kSetuid, Marker::kFileCapability, Marker::kBoth};
const auto kShutIn = ::testing::Values(Place::kBehindTheFilter, Place::kInTheWindow);

using Parameters = std::tuple<MapKind, Marker, Place>;

std::string NameOfMode(const Parameters& mode) {
  return NameOf(std::get<0>(mode)) + "_" + NameOf(std::get<1>(mode)) + "_" + NameOf(std::get<2>(mode));
}

class Confined : public ::testing::TestWithParam<Parameters> {
 protected:
  [[nodiscard]] static std::unique_ptr<ConfinedRun> Start() {
    const auto& [kind, marker, place] = GetParam();
    return std::make_unique<ConfinedRun>(kind, marker, place);
  }

  using Maker = std::optional<std::int64_t> (TracedProgram::*)(long, const Arguments&);

  // Every number that `is_meant` names, with arguments that mean something and with some that mean nothing: most
  // calls would answer the latter with EFAULT, EBADF or EINVAL, not EPERM. Up to the first other answer, since what
  // might follow it is anybody's guess.
  static void ExpectEperm(Maker make, const std::function<bool(long)>& is_meant, std::uint64_t bits = 0) {
    const auto run = Start();
    if (!run->arrived()) return;
    const std::string before = run->State();
    for (long number = 0; number < kNumbers; ++number) {
      if (!is_meant(number)) continue;
      for (const Arguments& arguments : {kZeroes, kOnes}) {
        const auto result = (run->program().*make)(number | static_cast<long>(bits), arguments);
        ASSERT_EQ(result, -EPERM) << "system call " << number;
      }
    }
    run->ExpectGoesOn(before);
  }
};

INSTANTIATE_TEST_SUITE_P(, Confined,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::ValuesIn(kMarkers), kShutIn),
                         [](const auto& mode) { return NameOfMode(mode.param); });

TEST_P(Confined, MakesNoCallThatIsNotOnTheList) {
  ExpectEperm(&TracedProgram::MakeOther,
              [](long number) { return !IsAllowed(number) && !PassesEveryFilter(number); });
}

TEST_P(Confined, MakesNoCallOfX32) {
  ExpectEperm(
      &TracedProgram::MakeOther, [](long) { return true; }, kX32);
}

// The numbers of i386 mean other calls: 11 is execve there, and munmap here; 6 is close, and lstat.
TEST_P(Confined, MakesNoCallOfI386) {
  if (!KernelHasI386Calls()) return;
  ExpectEperm(&TracedProgram::MakeOtherByInt80, [](long) { return true; });
}

TEST_P(Confined, DoesNoneOfWhatWouldHaveAnEffect) {
  for (const OtherCall& call : OtherCalls()) {
    SCOPED_TRACE(call.name);
    const auto run = Start();
    if (!run->arrived()) return;
    const std::string before = run->State();
    EXPECT_EQ(run->program().MakeOther(call.number, call.arguments(*run)), -EPERM);
    run->ExpectGoesOn(before);
  }
}

// seccomp(2): an exec that a filter forgot would not bring privilege, either.
TEST_P(Confined, HasNoNewPrivilegesAndOneFilter) {
  const auto run = Start();
  const std::string state = run->State();
  for (const char* line : {"NoNewPrivs:\t1\n", "Seccomp:\t2\n", "Seccomp_filters:\t1\n"}) {
    EXPECT_NE(state.find(line), std::string::npos) << state;
  }
}

class BeforeTheFilter : public ::testing::TestWithParam<OtherCall> {};

std::vector<OtherCall> CallsForAnybody() {
  std::vector<OtherCall> calls;
  for (const OtherCall& call : OtherCalls()) {
    if (call.for_anybody) calls.push_back(call);
  }
  return calls;
}

INSTANTIATE_TEST_SUITE_P(, BeforeTheFilter, ::testing::ValuesIn(CallsForAnybody()),
                         [](const auto& call) { return std::string(call.param.name); });

// Or the tests above would show nothing.
TEST_P(BeforeTheFilter, TheSameCallWorks) {
  ConfinedRun run(MapKind::kUid, Marker::kSetuid, Place::kBeforeTheFilter);
  if (!run.arrived()) return;
  const OtherCall& call = GetParam();
  EXPECT_GE(run.program().MakeOther(call.number, call.arguments(run)).value_or(-1), 0);
}

}  // namespace
}  // namespace uidmap_test
