// SPDX-License-Identifier: BSD-3-Clause
#include "syscall_trace.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "child.h"

namespace uidmap_test {
namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;                                   // PTRACE_O_TRACESYSGOOD
constexpr int kExecStop = SIGTRAP | static_cast<int>(PTRACE_EVENT_EXEC) << 8;  // in the wait status, shifted by 8

pid_t StartTraced(const std::function<void()>& body) {
  const pid_t child = fork();
  Must(child >= 0, "fork");
  if (child == 0) {
    Must(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "be traced");
    raise(SIGSTOP);
    body();
    _exit(kUnprepared);
  }
  int status = 0;
  Must(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "stop a child");
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  Must(ptrace(PTRACE_SETOPTIONS, child, nullptr, options) == 0, "trace system calls");
  return child;
}

std::string ReadMemory(pid_t process, std::uint64_t address) {
  std::string text(256, '\0');
  const iovec here = {.iov_base = text.data(), .iov_len = text.size()};
  const iovec there = {.iov_base = reinterpret_cast<void*>(address), .iov_len = text.size()};
  const ssize_t size = process_vm_readv(process, &here, 1, &there, 1, 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

void RecordStop(pid_t child, std::vector<SystemCall>& calls) {
  __ptrace_syscall_info info = {};
  Must(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) > 0, "ask for the system call");
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    SystemCall call = {.number = static_cast<long>(info.entry.nr), .arguments = {}, .pointed_to = {}};
    std::copy_n(info.entry.args, call.arguments.size(), call.arguments.begin());
    call.pointed_to = ReadMemory(child, call.arguments[1]);
    calls.push_back(call);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && !calls.empty()) {
    calls.back().result = info.exit.rval;
  }
}

}  // namespace

SyscallTrace TraceProgram(const std::function<void()>& body) {
  const pid_t child = StartTraced(body);
  SyscallTrace trace;
  bool executed = false;
  for (int signal = 0;;) {
    Must(ptrace(PTRACE_SYSCALL, child, nullptr, signal) == 0, "go on with a traced child");
    int status = 0;
    Must(waitpid(child, &status, 0) == child, "wait for a traced child");
    if (!WIFSTOPPED(status)) {
      trace.ending = Describe(status);
      return trace;
    }
    signal = 0;
    if (status >> 8 == kExecStop) {
      executed = true;
      trace.calls.clear();
    } else if (WSTOPSIG(status) != kSyscallStop) {
      signal = WSTOPSIG(status);
    } else if (executed) {
      RecordStop(child, trace.calls);
    }
  }
}

}  // namespace uidmap_test
