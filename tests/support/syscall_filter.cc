// SPDX-License-Identifier: BSD-3-Clause
#include "syscall_filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>

namespace uidmap_test {
namespace {

// The ABI is not checked: whom these filters are for makes the calls of its own.
class Program {
 public:
  // Lets the call pass unless the word at `offset` of seccomp_data is `value`.
  void PassUnless(unsigned offset, unsigned value) {
    Add(BPF_LD | BPF_W | BPF_ABS, offset, 0);
    Add(BPF_JMP | BPF_JEQ | BPF_K, value, 1);
    Answer(SECCOMP_RET_ALLOW);
  }

  void Answer(unsigned action) { Add(BPF_RET | BPF_K, action, 0); }

  [[nodiscard]] bool Install() {
    const sock_fprog program = {.len = size_, .filter = instructions_};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
  }

 private:
  void Add(unsigned short code, unsigned operand, unsigned char skip_if_true) {
    instructions_[size_++] = {.code = code, .jt = skip_if_true, .jf = 0, .k = operand};
  }

  sock_filter instructions_[16] = {};
  unsigned short size_ = 0;
};

unsigned LowWordOfArgument(int argument) {
  const unsigned offset = static_cast<unsigned>(offsetof(seccomp_data, args)) + 8 * static_cast<unsigned>(argument);
  return offset + (std::endian::native == std::endian::big ? 4 : 0);
}

}  // namespace

bool InstallFilter(const SyscallFilter& filter) {
  Program program;
  program.PassUnless(offsetof(seccomp_data, nr), static_cast<unsigned>(filter.call.number));
  for (const auto& [argument, value] : filter.call.conditions) {
    if (argument >= 0) program.PassUnless(LowWordOfArgument(argument), value);
  }
  program.Answer(SECCOMP_RET_ERRNO | static_cast<unsigned>(filter.answer));
  return program.Install();
}

}  // namespace uidmap_test
