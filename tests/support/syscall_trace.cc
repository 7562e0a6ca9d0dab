// SPDX-License-Identifier: BSD-3-Clause
#include "syscall_trace.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "child.h"

namespace uidmap_test {
namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;                                   // PTRACE_O_TRACESYSGOOD
constexpr int kExecStop = SIGTRAP | static_cast<int>(PTRACE_EVENT_EXEC) << 8;  // in the wait status, shifted by 8

std::string ReadMemory(pid_t process, std::uint64_t address) {
  std::string text(256, '\0');
  const iovec here = {.iov_base = text.data(), .iov_len = text.size()};
  const iovec there = {.iov_base = reinterpret_cast<void*>(address), .iov_len = text.size()};
  const ssize_t size = process_vm_readv(process, &here, 1, &there, 1, 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

bool HasAFileNameFirst(std::uint64_t number) {
  switch (number) {
#if defined(__x86_64__)
    case SYS_open:
    case SYS_stat:
    case SYS_lstat:
    case SYS_access:
    case SYS_readlink:
#endif
    case SYS_execve:
    case SYS_statfs:
    case SYS_chdir:
    case SYS_getxattr: return true;
    default: return false;
  }
}

}  // namespace

TracedProgram::TracedProgram(const std::function<void()>& body) {
  pid_ = fork();
  Must(pid_ >= 0, "fork");
  if (pid_ == 0) {
    Must(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "be traced");
    raise(SIGSTOP);
    body();
    _exit(kUnprepared);
  }
  int status = 0;
  Must(waitpid(pid_, &status, 0) == pid_ && WIFSTOPPED(status), "stop a child");
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  Must(ptrace(PTRACE_SETOPTIONS, pid_, nullptr, options) == 0, "trace system calls");
}

TracedProgram::~TracedProgram() {
  if (!trace_.ending.empty()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

TracedProgram::Stop TracedProgram::GoOn() {
  for (;;) {
    Must(ptrace(PTRACE_SYSCALL, pid_, nullptr, std::exchange(signal_, 0)) == 0, "go on with a traced child");
    int status = 0;
    Must(waitpid(pid_, &status, 0) == pid_, "wait for a traced child");
    if (!WIFSTOPPED(status)) {
      trace_.ending = Describe(status);
      return Stop::kEnded;
    }
    if (status >> 8 == kExecStop) {
      executed_ = true;
      trace_.calls.clear();
      continue;
    }
    if (WSTOPSIG(status) != kSyscallStop) {
      signal_ = WSTOPSIG(status);
      return Stop::kSignal;
    }
    __ptrace_syscall_info info = {};
    Must(ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info) > 0, "ask for the system call");
    return info.op == PTRACE_SYSCALL_INFO_ENTRY ? Stop::kEntry : Stop::kExit;
  }
}

void TracedProgram::Record() {
  __ptrace_syscall_info info = {};
  Must(ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info) > 0, "ask for the system call");
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    SystemCall call = {.number = static_cast<long>(info.entry.nr), .arguments = {}, .pointed_to = {}};
    std::copy_n(info.entry.args, call.arguments.size(), call.arguments.begin());
    call.pointed_to = ReadMemory(pid_, call.arguments[HasAFileNameFirst(info.entry.nr) ? 0 : 1]);
    trace_.calls.push_back(call);
  } else if (!trace_.calls.empty()) {
    trace_.calls.back().result = info.exit.rval;
  }
}

bool TracedProgram::Next() {
  for (;;) {
    const Stop stop = GoOn();
    if (stop == Stop::kEnded) return false;
    if (stop == Stop::kSignal || !executed_) continue;
    Record();
    if (stop == Stop::kEntry) return true;
  }
}

SyscallTrace TraceProgram(const std::function<void()>& body) {
  TracedProgram program(body);
  while (program.Next()) {
  }
  return program.trace();
}

}  // namespace uidmap_test
