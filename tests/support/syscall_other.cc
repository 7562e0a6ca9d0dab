// SPDX-License-Identifier: BSD-3-Clause
// Another system call in place of the one that a traced program is about to make. ptrace(2): the tracer sees a call
// before the filters of seccomp(2) do, so what it puts there is judged by them.
#include <linux/audit.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "child.h"
#include "syscall_trace.h"

namespace uidmap_test {
namespace {

constexpr unsigned long long kNoCall = ~0ULL;
constexpr std::uint64_t kInstructionSize = 2;  // of both syscall and int $0x80
constexpr long kInt80 = 0x80cd;

user_regs_struct RegistersOf(pid_t process) {
  user_regs_struct registers = {};
  Must(ptrace(PTRACE_GETREGS, process, nullptr, &registers) == 0, "read registers");
  return registers;
}

void SetRegisters(pid_t process, const user_regs_struct& registers) {
  Must(ptrace(PTRACE_SETREGS, process, nullptr, &registers) == 0, "set registers");
}

// The registers with which the instruction at `registers.rip` is executed once more.
user_regs_struct OneInstructionBack(user_regs_struct registers) {
  registers.rip -= kInstructionSize;
  registers.rax = registers.orig_rax;
  registers.orig_rax = kNoCall;  // no call that was interrupted, and must be restarted
  return registers;
}

}  // namespace

std::optional<std::int64_t> TracedProgram::MakeOther(long number, const Arguments& arguments) {
  const user_regs_struct own = RegistersOf(pid_);
  user_regs_struct other = own;
  other.orig_rax = static_cast<unsigned long long>(number);
  other.rdi = arguments[0], other.rsi = arguments[1], other.rdx = arguments[2];
  other.r10 = arguments[3], other.r8 = arguments[4], other.r9 = arguments[5];
  SetRegisters(pid_, other);
  if (GoOn() != Stop::kExit) return std::nullopt;
  const auto result = static_cast<std::int64_t>(RegistersOf(pid_).rax);
  SetRegisters(pid_, OneInstructionBack(own));
  if (GoOn() != Stop::kEntry) return std::nullopt;
  return result;
}

std::optional<std::int64_t> TracedProgram::MakeOtherByInt80(long number, const Arguments& arguments) {
  const user_regs_struct own = RegistersOf(pid_);
  const auto place = reinterpret_cast<void*>(own.rip - kInstructionSize);
  const long code = ptrace(PTRACE_PEEKTEXT, pid_, place, nullptr);
  user_regs_struct none = own;
  none.orig_rax = kNoCall;
  SetRegisters(pid_, none);
  if (GoOn() != Stop::kExit) return std::nullopt;
  Must(ptrace(PTRACE_POKETEXT, pid_, place, (code & ~0xffffL) | kInt80) == 0, "write code");

  user_regs_struct other = OneInstructionBack(own);
  other.rax = static_cast<unsigned long long>(number);
  other.rbx = arguments[0], other.rcx = arguments[1], other.rdx = arguments[2];
  other.rsi = arguments[3], other.rdi = arguments[4], other.rbp = arguments[5];
  SetRegisters(pid_, other);
  std::optional<std::int64_t> result;
  __ptrace_syscall_info info = {};
  if (GoOn() == Stop::kEntry && ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info) > 0 &&
      info.arch == AUDIT_ARCH_I386 && GoOn() == Stop::kExit) {
    result = static_cast<std::int32_t>(RegistersOf(pid_).rax);
  }
  if (!trace_.ending.empty()) return std::nullopt;
  signal_ = 0;  // the one that a kernel without such calls raises
  Must(ptrace(PTRACE_POKETEXT, pid_, place, code) == 0, "write code");
  SetRegisters(pid_, OneInstructionBack(own));
  if (GoOn() != Stop::kEntry) return std::nullopt;
  return result;
}

// The ABI leaves 128 bytes below the stack pointer to the program. More of the stack has been used before, so that
// pages are there.
std::uint64_t TracedProgram::Place(const void* data, std::size_t size) {
  constexpr std::uint64_t kAlignment = 16;
  placed_ = (placed_ + size + kAlignment - 1) / kAlignment * kAlignment;
  const std::uint64_t address = (RegistersOf(pid_).rsp - 256 - placed_) / kAlignment * kAlignment;
  const iovec here = {.iov_base = const_cast<void*>(data), .iov_len = size};
  const iovec there = {.iov_base = reinterpret_cast<void*>(address), .iov_len = size};
  Must(process_vm_writev(pid_, &here, 1, &there, 1, 0) == static_cast<ssize_t>(size), "write memory");
  return address;
}

}  // namespace uidmap_test
