// SPDX-License-Identifier: BSD-3-Clause
// System calls by which code inside the program would get out of it, or further in.
#pragma once

#include <functional>
#include <ostream>
#include <span>

#include "confined_run.h"

namespace uidmap_test {

// Each would have an effect, and most of them for anybody.
struct OtherCall {
  const char* name;
  long number;
  std::function<Arguments(ConfinedRun&)> arguments;
  bool for_anybody = true;  // works without privilege, and leaves the process what it is
};

inline void PrintTo(const OtherCall& call, std::ostream* out) { *out << call.name; }

std::span<const OtherCall> OtherCalls();

}  // namespace uidmap_test
