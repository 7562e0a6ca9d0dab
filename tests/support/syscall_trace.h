// SPDX-License-Identifier: BSD-3-Clause
// The system calls of a program in their order, by ptrace(2), and other calls in their place.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace uidmap_test {

using Arguments = std::array<std::uint64_t, 6>;

struct SystemCall {
  long number;
  Arguments arguments;
  // Up to 256 bytes at the second argument when the call was made, where it is an address; at the first of calls that
  // have the name of a file there.
  std::string pointed_to;
  std::int64_t result = -1;  // of a call that returned; an errno is negative
};

struct SyscallTrace {
  std::vector<SystemCall> calls;  // of the executed program, its last call included
  std::string ending;             // see Describe()
};

// A child that executes a program, and stops before each of its system calls. Traced by root, a program keeps its
// set-id bits and file capabilities. It does not outlive the object.
class TracedProgram {
 public:
  // `body` must execute the program.
  explicit TracedProgram(const std::function<void()>& body);
  TracedProgram(const TracedProgram&) = delete;
  TracedProgram& operator=(const TracedProgram&) = delete;
  ~TracedProgram();

  // Makes the call that it is stopped before, and goes on to the next one, which trace() then ends with. False at the
  // end of the program.
  bool Next();

  [[nodiscard]] const SyscallTrace& trace() const { return trace_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

#if defined(__x86_64__)
  // Has the stopped program make another call, and stop before its own again, with the registers that it had. Gives
  // what the other call returned; nothing if the program did not survive it.
  std::optional<std::int64_t> MakeOther(long number, const Arguments& arguments);

  // The same by int $0x80, where 32 bits and the numbers of i386 count; nothing also if the kernel has no such calls.
  std::optional<std::int64_t> MakeOtherByInt80(long number, const Arguments& arguments);

  // Copies `data` to where the stopped program has room for it: below its stack pointer. Gives the address.
  std::uint64_t Place(const void* data, std::size_t size);
#endif

 private:
  enum class Stop { kEntry, kExit, kSignal, kEnded };
  Stop GoOn();
  void Record();

  pid_t pid_ = -1;
  bool executed_ = false;
  int signal_ = 0;  // to be delivered when it goes on
  std::uint64_t placed_ = 0;
  SyscallTrace trace_;
};

// All of a program at once.
SyscallTrace TraceProgram(const std::function<void()>& body);

}  // namespace uidmap_test
