// SPDX-License-Identifier: BSD-3-Clause
// probe WHAT UID MAP STATUS PROGRAM NUMBER...
// Counts what a run of `PROGRAM PID NUMBER...` by the user UID costs, where PID is a process of his in a new user
// namespace. The run must end with STATUS and leave exactly that map in MAP (uid_map or gid_map), or none if STATUS
// is not 0. WHAT is "all", or "main" for what is counted from main() on alone. Prints lines of a word and a number:
//   call NUMBER COUNT           system calls from main() on; of PR_CAPBSET_* there are as many as the kernel knows
//   bounding-calls COUNT        capabilities, so they are not in any other line
//   instructions-main COUNT     user-space instructions, found by single steps, from main() on
//   instructions COUNT, calls COUNT, faults COUNT, mapped KIB, resident KIB    from exec on; the last two are peaks
// main() begins with the first rt_sigprocmask(2), for libc starts without one; a program that makes none has none of
// those lines. Runs as root: then set-id bits and file capabilities have their effect on a traced program, for what
// counts are the credentials that PTRACE_TRACEME was called with (kernel: ptracer_capable()).
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "target.h"

namespace {

using bench::Arguments, bench::kFailed, bench::Must, bench::Target;

constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD
constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

struct Case {
  uid_t user;
  std::string map;
  int status;
  std::string program;
  std::vector<std::string> numbers;
};

struct Memory {
  long faults;
  long mapped_kib;
  long resident_kib;
};

// A stopped run, before the first instruction of the program.
class TracedRun {
 public:
  TracedRun(const Case& wanted, long more_options) : case_(wanted), target_(wanted.user) {
    const Arguments arguments(case_.program, target_, case_.numbers);
    pid_ = fork();
    Must(pid_ >= 0, "fork");
    if (pid_ == 0) Begin(arguments);
    Wait();
    Must(ptrace(PTRACE_SETOPTIONS, pid_, nullptr, kOptions | more_options) == 0, "set options");
    while (!IsEvent(PTRACE_EVENT_EXEC)) GoOn(PTRACE_CONT);
  }

  // Until the next stop that `how` asks for; false at the end of the program, which must be the one expected.
  bool GoOn(__ptrace_request how) {
    const int stop = WSTOPSIG(status_);
    const bool is_signal = stop != SIGTRAP && stop != kSyscallStop && stop != SIGSTOP;
    Must(ptrace(how, pid_, nullptr, is_signal ? stop : 0) == 0, "go on");
    Wait();
    if (WIFSTOPPED(status_)) return true;
    const auto map = target_.Map(case_.map);
    const auto expected = case_.status == 0 ? case_.numbers : std::vector<std::string>();
    if (!WIFEXITED(status_) || WEXITSTATUS(status_) != case_.status || map != expected) {
      errx(kFailed, "%s: wait status %d, %zu numbers in its map", case_.program.c_str(), status_, map.size());
    }
    return false;
  }

  [[nodiscard]] bool IsEvent(int event) const { return status_ >> 8 == (SIGTRAP | event << 8); }

  // Also gives the place in the program at stops that are no system calls.
  [[nodiscard]] __ptrace_syscall_info Info() const {
    __ptrace_syscall_info info = {};
    Must(ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info) > 0, "look at a stopped program");
    return info;
  }

  [[nodiscard]] Memory ReadMemory() const {
    constexpr int kFaultsField = 10;  // minflt; proc(5). The name has no blank.
    return {.faults = Number("stat", ") ", kFaultsField - 3),
            .mapped_kib = Number("status", "VmPeak:", 0),
            .resident_kib = Number("status", "VmHWM:", 0)};
  }

 private:
  [[noreturn]] void Begin(const Arguments& arguments) const {
    Must(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "be traced");
    if (case_.status != 0) {
      const int nothing = open("/dev/null", O_WRONLY);
      Must(dup2(nothing, STDERR_FILENO) == STDERR_FILENO && close(nothing) == 0, "be silent");
    }
    // What was inherited here would be closed there, in more calls or fewer.
    Must(close_range(STDERR_FILENO + 1, ~0U, 0) == 0, "close the rest");
    raise(SIGSTOP);
    bench::Become(case_.user);
    arguments.Execute();
  }

  void Wait() { Must(waitpid(pid_, &status_, 0) == pid_, "wait for the program"); }

  // The one behind `key` and `words` more words in the process's file `name`.
  [[nodiscard]] long Number(const char* name, std::string_view key, int words) const {
    char text[4096];
    const int file = open(("/proc/" + std::to_string(pid_) + "/" + name).c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t size = read(file, text, sizeof text - 1);
    Must(file >= 0 && size > 0 && close(file) == 0, "read about the program");
    text[size] = '\0';
    const char* at = strstr(text, key.data());
    Must(at != nullptr, "find a number of the program");
    at += key.size();
    for (; words > 0; --words) at = strchr(at, ' ') + 1;
    return atol(at);
  }

  const Case& case_;
  const Target target_;
  pid_t pid_ = -1;
  int status_ = 0;
};

bool IsBeginOfMain(const __ptrace_syscall_info& info) {
  return info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_rt_sigprocmask;
}

bool IsBoundingCall(const __ptrace_syscall_info& info) {
  return info.entry.nr == SYS_prctl &&
         (info.entry.args[0] == PR_CAPBSET_DROP || info.entry.args[0] == PR_CAPBSET_READ);
}

void CountCalls(const Case& wanted, bool all) {
  TracedRun run(wanted, PTRACE_O_TRACEEXIT);
  const Memory before = run.ReadMemory();
  Memory after = {};
  std::map<std::uint64_t, long> of_main;
  long calls = 0;
  long bounding_calls = 0;
  while (run.GoOn(PTRACE_SYSCALL)) {
    if (run.IsEvent(PTRACE_EVENT_EXIT)) after = run.ReadMemory();
    const auto info = run.Info();
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
    if (IsBoundingCall(info)) {
      ++bounding_calls;
      continue;
    }
    ++calls;
    if (!of_main.empty() || IsBeginOfMain(info)) ++of_main[info.entry.nr];
  }
  for (const auto& [number, count] : of_main) printf("call %ld %ld\n", static_cast<long>(number), count);
  if (!all) return;
  printf("bounding-calls %ld\ncalls %ld\nfaults %ld\nmapped %ld\nresident %ld\n", bounding_calls, calls,
         after.faults - before.faults, after.mapped_kib, after.resident_kib);
}

// To the end. A string instruction that repeats itself, which can be stopped after each time, counts once.
long CountSteps(TracedRun& run) {
  long steps = 0;
  std::uint64_t place = 0;
  while (run.GoOn(PTRACE_SINGLESTEP)) {
    const std::uint64_t now = run.Info().instruction_pointer;
    if (now != place) ++steps;
    place = now;
  }
  return steps;
}

void CountInstructions(const Case& wanted, bool from_main) {
  TracedRun run(wanted, 0);
  while (from_main) {
    if (!run.GoOn(PTRACE_SYSCALL)) return;  // there is none
    if (IsBeginOfMain(run.Info())) break;
  }
  printf("%s %ld\n", from_main ? "instructions-main" : "instructions", CountSteps(run));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) errx(2, "usage: probe all|main UID uid_map|gid_map STATUS PROGRAM NUMBER...");
  const bool all = std::string_view(argv[1]) == "all";
  const Case wanted = {.user = static_cast<uid_t>(atol(argv[2])),
                       .map = argv[3],
                       .status = atoi(argv[4]),
                       .program = argv[5],
                       .numbers = {argv + 6, argv + argc}};
  // Both on one processor: each stop is a switch between the two.
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(static_cast<unsigned>(sched_getcpu()), &here);
  Must(sched_setaffinity(0, sizeof here, &here) == 0, "stay on a processor");
  CountCalls(wanted, all);
  CountInstructions(wanted, true);
  if (all) CountInstructions(wanted, false);
}
