// SPDX-License-Identifier: BSD-3-Clause
// What exec and the id calls change in a process. kernel_reporter writes it to standard output.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

namespace uidmap_kernel {

// One bit per capability or, from bit 0 for signal 1, per signal.
using BitSet = uint64_t;
constexpr BitSet Bit(int number) { return BitSet{1} << number; }

struct ProcessState {
  std::array<uid_t, 3> uids;  // real, effective, saved
  std::array<gid_t, 3> gids;
  BitSet permitted;
  BitSet effective;
  BitSet inheritable;
  BitSet bounding;
  BitSet ambient;
  BitSet blocked_signals;
  int64_t alarm_seconds;
  int dumpable;
  int parent_death_signal;
  bool at_secure;
  bool keep_capabilities;
};

ProcessState ReadOwnState();

}  // namespace uidmap_kernel
