// SPDX-License-Identifier: BSD-3-Clause
#include "system/startup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <span>

#include "core/fields.h"

namespace uidmap {
namespace {

// Signals that the processor, the C library or a seccomp filter raises about this program itself.
constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP, SIGABRT};

// A fault that another process only sent with kill(2) or sigqueue(3) is none, and must not end a run that may have
// written the map already. abort(3) sends to itself.
void EndAfterFault(int /*signal*/, siginfo_t* information, void* /*context*/) {
  const bool sent_by_another = information->si_code <= 0 && information->si_pid != getpid();
  if (!sent_by_another) _exit(1);
}

// sigaltstack(2): the fault may be that the ordinary stack is used up. The frame of a signal can take more than
// 10 KiB on processors with large registers.
alignas(16) char fault_stack[32 * 1024];

Result<void> ArmFaultHandlers() {
  const stack_t stack{.ss_sp = fault_stack, .ss_flags = 0, .ss_size = sizeof fault_stack};
  if (sigaltstack(&stack, nullptr) != 0) return FailureOf(Reason::kStartStepFailed, "sigaltstack", errno);
  struct sigaction action = {};
  action.sa_sigaction = EndAfterFault;
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  for (const int fault : kFaults) {
    if (sigaction(fault, &action, nullptr) != 0) return FailureOf(Reason::kStartStepFailed, "sigaction", errno);
  }
  return {};
}

constexpr std::uint64_t kEverySignal = ~std::uint64_t{0};

constexpr std::uint64_t WithoutFaults(std::uint64_t signals) {
  for (const int fault : kFaults) signals &= ~(std::uint64_t{1} << (fault - 1));
  return signals;
}

// The system call itself: libc's sigfillset(3) leaves out signals 32 and 33, which it has for threads, and a caller
// can leave one pending that would end this process when it was unblocked.
Result<void> BlockExactly(std::uint64_t signals) {
  if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &signals, nullptr, sizeof signals) != 0) {
    return FailureOf(Reason::kStartStepFailed, "rt_sigprocmask", errno);
  }
  return {};
}

// setitimer(2): interval timers survive exec, and they are the caller's.
Result<void> StopTimers() {
  const itimerval never = {};
  for (const auto timer : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    if (setitimer(timer, &never, nullptr) != 0) return FailureOf(Reason::kStartStepFailed, "setitimer", errno);
  }
  return {};
}

Result<void> ForbidCoreDumps() {
  const rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  rlimit now = {.rlim_cur = 1, .rlim_max = 1};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return FailureOf(Reason::kStartStepFailed, "setrlimit", errno);
  if (getrlimit(RLIMIT_CORE, &now) != 0 || now.rlim_cur != 0 || now.rlim_max != 0) {
    return FailureOf(Reason::kStartStepNotEffective, "setrlimit");
  }
  return {};
}

// setrlimit(2): descriptors that the caller left open may fill a low soft limit before it is known which of them is
// to be kept. A refusal leaves things as they are.
void AllowMostDescriptors() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void CloseRange(unsigned first, unsigned last) {
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
  // A container's filter may refuse close_range(2). One by one is as good up to a bound that keeps a limit of a
  // billion descriptors from becoming a hang.
  constexpr unsigned kMost = 65536;
  for (unsigned fd = first; fd <= last && fd < kMost; ++fd) close(static_cast<int>(fd));
}

}  // namespace

Result<void> ShieldFromSignals() {
  TRY(BlockExactly(kEverySignal));
  TRY(ArmFaultHandlers());
  TRY(BlockExactly(WithoutFaults(kEverySignal)));  // a fault that was left pending acts only now
  return StopTimers();
}

Result<void> FillStandardDescriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    // open(2) returns the lowest free descriptor, which is `fd`. A root without /dev/null still has "/".
    int opened = open("/dev/null", O_RDWR);
    if (opened < 0) opened = open("/", O_PATH | O_DIRECTORY);
    if (opened != fd) return Failure{.reason = Reason::kNoStandardDescriptors, .error_number = errno};
  }
  return {};
}

Result<void> SettleProcess() {
  TRY(FillStandardDescriptors());
  environ = nullptr;  // nothing here reads it; what a library might read later is gone
  umask(077);
  AllowMostDescriptors();
  return ForbidCoreDumps();
}

Result<void> CheckKernel() {
  constexpr unsigned kOldestMajor = 5;
  constexpr unsigned kOldestMinor = 10;
  utsname kernel = {};
  if (uname(&kernel) != 0) return FailureOf(Reason::kStartStepFailed, "uname", errno);
  unsigned major = 0;
  unsigned minor = 0;
  std::string_view release = kernel.release;
  const std::string_view major_text = TakeField(release, '.');
  std::from_chars(major_text.data(), major_text.data() + major_text.size(), major);
  std::from_chars(release.data(), release.data() + release.size(), minor);
  const bool new_enough = major > kOldestMajor || (major == kOldestMajor && minor >= kOldestMinor);
  if (!new_enough) return FailureOf(Reason::kKernelTooOld, kernel.release);
  return {};
}

void CloseAllDescriptorsBut(std::span<const int> kept) {
  unsigned first = 0;
  while (true) {
    constexpr unsigned kLast = std::numeric_limits<unsigned>::max();
    unsigned next = kLast;  // the lowest one from `first` on that is kept
    for (const int fd : kept) {
      if (fd >= 0 && static_cast<unsigned>(fd) >= first) next = std::min(next, static_cast<unsigned>(fd));
    }
    if (next == kLast) return CloseRange(first, kLast);
    if (next > first) CloseRange(first, next - 1);
    first = next + 1;
  }
}

void WriteOnce(int standard_descriptor, std::string_view text) {
  [[maybe_unused]] const ssize_t written = write(standard_descriptor, text.data(), text.size());
}

}  // namespace uidmap
