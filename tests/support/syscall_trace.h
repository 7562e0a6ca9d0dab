// SPDX-License-Identifier: BSD-3-Clause
// The system calls of a program in their order, by ptrace(2).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace uidmap_test {

struct SystemCall {
  long number;
  std::array<std::uint64_t, 6> arguments;
  std::string pointed_to;    // up to 256 bytes at the second argument when the call was made, where it is an address
  std::int64_t result = -1;  // of a call that returned; an errno is negative
};

struct SyscallTrace {
  std::vector<SystemCall> calls;  // of the executed program, its last call included
  std::string ending;             // see Describe()
};

// Runs `body`, which must execute a program, in a child, and records that program. Traced by root, a program keeps
// its set-id bits and file capabilities.
SyscallTrace TraceProgram(const std::function<void()>& body);

}  // namespace uidmap_test
