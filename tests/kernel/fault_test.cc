// SPDX-License-Identifier: BSD-3-Clause
// How a process that faults ends: force_sig_info_to_task() and get_signal() in kernel/signal.c,
// sigaltstack(2), signal(7).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "support.h"

namespace uidmap_kernel {
namespace {

constexpr int kHandled = 42;

void ExitFromHandler(int) { _exit(kHandled); }

void LimitTo(__rlimit_resource resource, rlim_t bytes) {
  const rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};
  Must(setrlimit(resource, &limit) == 0, "set a resource limit");
}

void HandleFaults(int flags) {
  // A fault that is not handled would leave a core file behind.
  LimitTo(RLIMIT_CORE, 0);
  struct sigaction action = {};
  action.sa_handler = ExitFromHandler;
  action.sa_flags = flags;
  Must(sigaction(SIGSEGV, &action, nullptr) == 0, "handle SIGSEGV");
}

void UseAlternateStack() {
  static std::array<std::byte, 65536> stack;
  const stack_t alternate = {.ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
  Must(sigaltstack(&alternate, nullptr) == 0, "set an alternate stack");
}

void BlockAllSignals() {
  sigset_t signals;
  sigfillset(&signals);
  Must(sigprocmask(SIG_SETMASK, &signals, nullptr) == 0, "block all signals");
}

void TouchForbiddenPage() {
  void* const page = mmap(nullptr, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Must(page != MAP_FAILED, "map a page");
  *static_cast<volatile char*>(page) = 1;
}

// The callee gets the address of a local variable, so that no compiler can make this a loop.
int OverflowStack(const volatile int* callers) {
  volatile int own = *callers;
  return own > 0 ? OverflowStack(&own) + own : 0;
}

int StatusAfterStackOverflow(int flags) {
  return WaitStatusOf([&] {
    HandleFaults(flags);
    UseAlternateStack();
    LimitTo(RLIMIT_STACK, 1 << 20);
    volatile int positive = 1;
    OverflowStack(&positive);
  });
}

// A fault whose signal is blocked kills the process past its handler: force_sig_info_to_task()
// resets the handler.
TEST(Fault, BlockedFaultSignalKillsPastTheHandler) {
  const int status = WaitStatusOf([] {
    HandleFaults(0);
    BlockAllSignals();
    TouchForbiddenPage();
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
}

// A fault whose signal is not blocked ends with the status that its handler chooses: signal(7).
TEST(Fault, HandlerTurnsAFaultIntoAnExitStatus) {
  const int status = WaitStatusOf([] {
    HandleFaults(0);
    TouchForbiddenPage();
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), kHandled);
}

// A handler on the full stack cannot run: handle_signal() fails to push its frame, sigaltstack(2).
TEST(Fault, StackOverflowKillsPastAHandlerOnTheSameStack) {
  const int status = StatusAfterStackOverflow(0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
}

// A handler on the alternate stack runs even then: sigaltstack(2), SA_ONSTACK.
TEST(Fault, HandlerOnTheAlternateStackSurvivesAStackOverflow) {
  const int status = StatusAfterStackOverflow(SA_ONSTACK);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), kHandled);
}

}  // namespace
}  // namespace uidmap_kernel
