// SPDX-License-Identifier: BSD-3-Clause
// seccomp(2) filters that answer a system call in place of the kernel, truthfully or not. Uses no C++ library, so
// that a program linked as the pair are can install one, too.
#pragma once

namespace uidmap_test {

struct ArgumentIs {
  int argument = -1;   // from 0; -1: no condition
  unsigned value = 0;  // its low 32 bits
};

struct FilteredCall {
  long number;
  ArgumentIs conditions[2] = {};  // both must hold
};

// With answer 0 the caller is told that the call succeeded; nothing is done in either case.
struct SyscallFilter {
  FilteredCall call;
  int answer;  // the errno to answer, 0 for the lie
};

// From now on and for all programs executed. Needs CAP_SYS_ADMIN or no_new_privs. False and errno if it fails.
[[nodiscard]] bool InstallFilter(const SyscallFilter& filter);

}  // namespace uidmap_test
