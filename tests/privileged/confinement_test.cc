// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs once they are shut in: whatever other system call somebody has them make, with the privilege
// asleep or awake, is answered with EPERM, and they go on. A tracer makes them make it.
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <ostream>
#include <tuple>

#include "confined_run.h"
#include "privileged/filter_program.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

constexpr long kNumbers = 600;  // more than there are
constexpr std::uint64_t kX32 = 0x40000000;
constexpr std::uint64_t kHere = static_cast<std::uint64_t>(AT_FDCWD);
constexpr Arguments kZeroes = {};
constexpr Arguments kOnes = {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL};

bool IsAllowed(long number) {
  const auto& calls = uidmap::kAllowedCalls;
  return std::find(std::begin(calls), std::end(calls), static_cast<std::uint32_t>(number)) != std::end(calls);
}

// Since Linux 6.14 the kernel lets these two pass every filter (kernel: __secure_computing(), this_syscall of
// uretprobe). Made by anything but a probe of the kernel's they raise SIGILL, and that is all.
bool PassesEveryFilter(long number) {
  constexpr long kUretprobe = 335;
  constexpr long kUprobe = 336;
  return number == kUretprobe || number == kUprobe;
}

// Each would have an effect, and most of them for anybody.
struct OtherCall {
  const char* name;
  long number;
  std::function<Arguments(ConfinedRun&)> arguments;
  bool for_anybody = true;  // works without privilege, and leaves the process what it is
};

void PrintTo(const OtherCall& call, std::ostream* out) { *out << call.name; }

std::uint64_t Text(ConfinedRun& run, const std::string& text) {
  return run.program().Place(text.c_str(), text.size() + 1);
}

std::uint64_t TargetOf(const ConfinedRun& run) { return std::stoull(run.target().pid()); }

std::function<Arguments(ConfinedRun&)> With(const Arguments& arguments) {
  return [=](ConfinedRun&) { return arguments; };
}

Arguments BinTrue(ConfinedRun& run) {
  const std::uint64_t path = Text(run, "/bin/true");
  const std::uint64_t vector[] = {path, 0};
  return {path, run.program().Place(vector, sizeof vector), 0};
}

Arguments BinTrueAt(ConfinedRun& run) {
  const Arguments arguments = BinTrue(run);
  return {kHere, arguments[0], arguments[1], 0, 0};
}

Arguments Key(ConfinedRun& run) {
  const std::uint64_t type = Text(run, "user");
  return {type, type, type, 4, static_cast<std::uint64_t>(-1)};  // KEY_SPEC_THREAD_KEYRING
}

Arguments NewLimit(ConfinedRun& run) {
  const rlimit limit = {.rlim_cur = 5, .rlim_max = 5};
  return {0, RLIMIT_NOFILE, run.program().Place(&limit, sizeof limit), 0};
}

Arguments SocketPair(ConfinedRun& run) {
  const int room[2] = {};
  return {AF_UNIX, SOCK_STREAM, 0, run.program().Place(room, sizeof room)};
}

Arguments IoUring(ConfinedRun& run) {
  const char parameters[256] = {};
  return {1, run.program().Place(parameters, sizeof parameters)};
}

constexpr std::uint64_t kPrivateMemory = MAP_PRIVATE | MAP_ANONYMOUS;
constexpr std::uint64_t kNoFile = ~0ULL;

const OtherCall kOtherCalls[] = {
    // what CAP_SETUID and CAP_SETGID are good for beside the map
    {"setuid", SYS_setuid, With({0}), false},
    {"setresuid", SYS_setresuid, With({0, 0, 0}), false},
    {"setreuid", SYS_setreuid, With({0, 0}), false},
    {"setgid", SYS_setgid, With({0}), false},
    {"setresgid", SYS_setresgid, With({0, 0, 0}), false},
    {"setregid", SYS_setregid, With({0, 0}), false},
    {"setgroups", SYS_setgroups, With({0, 0}), false},
    {"setuid_to_own", SYS_setuid, With({kCaller})},
    // other programs and processes
    {"execve", SYS_execve, BinTrue, false},
    {"execveat", SYS_execveat, BinTrueAt, false},
    {"fork", SYS_fork, With({}), false},
    {"vfork", SYS_vfork, With({}), false},
    {"clone", SYS_clone, With({SIGCHLD}), false},
    {"kill_self", SYS_kill,
     [](ConfinedRun& run) { return Arguments{static_cast<std::uint64_t>(run.program().pid())}; }},
    {"kill_target", SYS_kill,
     [](ConfinedRun& run) {
       return Arguments{TargetOf(run), SIGURG};
     }},
    {"ptrace", SYS_ptrace,
     [](ConfinedRun& run) {
       return Arguments{PTRACE_SEIZE, TargetOf(run)};
     },
     false},
    {"pidfd_open", SYS_pidfd_open, [](ConfinedRun& run) { return Arguments{TargetOf(run)}; }},
    {"prlimit64", SYS_prlimit64, NewLimit},
    // namespaces
    {"unshare", SYS_unshare, With({CLONE_NEWUSER})},
    {"unshare_with_mounts", SYS_unshare, With({CLONE_NEWUSER | CLONE_NEWNS})},
    {"chdir", SYS_chdir, [](ConfinedRun& run) { return Arguments{Text(run, "/proc")}; }},
    // talking, keys
    {"socket", SYS_socket, With({AF_UNIX, SOCK_STREAM})},
    {"socket_inet", SYS_socket, With({AF_INET, SOCK_DGRAM})},
    {"socketpair", SYS_socketpair, SocketPair},
    {"add_key", SYS_add_key, Key},
    {"io_uring_setup", SYS_io_uring_setup, IoUring, false},  // may be switched off
    // memory, files
    {"mmap_code", SYS_mmap, With({0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, kPrivateMemory, kNoFile})},
    {"mmap_data", SYS_mmap, With({0, 4096, PROT_READ, kPrivateMemory, kNoFile})},
    {"brk", SYS_brk, With({0})},
    {"memfd_create", SYS_memfd_create, [](ConfinedRun& run) { return Arguments{Text(run, "x")}; }},
    {"dup", SYS_dup, With({2})},
    {"umask", SYS_umask, With({0})},
    {"prctl", SYS_prctl, With({PR_SET_DUMPABLE, 1})},
};

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
  for (const OtherCall& call : kOtherCalls) {
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
  for (const OtherCall& call : kOtherCalls) {
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
