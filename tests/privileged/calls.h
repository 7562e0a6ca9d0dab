// SPDX-License-Identifier: BSD-3-Clause
// Reading the system calls of a run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "syscall_trace.h"

namespace uidmap_test {

using Calls = std::vector<SystemCall>;

// "capset" and the like; a call that no test names has its number.
std::string NameOfCall(const SystemCall& call);
std::vector<std::string> NamesOf(const Calls& calls);

// Whether it opens a file or looks at one by its name, or connects to one; and which.
bool NamesAFile(const SystemCall& call);
bool Opens(const SystemCall& call);
std::string PathOf(const SystemCall& call);

// The first of our own: all since the signals are blocked. Before it is libc's start.
Calls::const_iterator FindOwn(const Calls& calls);

struct AskedSets {
  std::uint64_t effective, permitted, inheritable;
};

// What a capset(2) asks for.
bool IsCapset(const SystemCall& call);
AskedSets Asked(const SystemCall& capset);

// The capset(2) that makes the capabilities dormant: the first that asks for nothing effective. The one that raises:
// the first behind it that does. The end of `calls` if there is none.
Calls::const_iterator FindPutDown(const Calls& calls);
Calls::const_iterator FindRaise(const Calls& calls);

// The filter's answer to the probe: from here on the program is shut in.
bool IsAnsweredProbe(const SystemCall& call);

}  // namespace uidmap_test
