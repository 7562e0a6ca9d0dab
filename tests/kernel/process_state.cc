// SPDX-License-Identifier: BSD-3-Clause
#include "process_state.h"

#include <signal.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

namespace uidmap_kernel {
namespace {

void ReadCapabilities(ProcessState& state) {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> words{};
  capget(&header, words.data());
  const auto joined = [](uint32_t low, uint32_t high) { return BitSet{high} << 32 | low; };
  state.permitted = joined(words[0].permitted, words[1].permitted);
  state.effective = joined(words[0].effective, words[1].effective);
  state.inheritable = joined(words[0].inheritable, words[1].inheritable);
  for (int number = 0; number <= CAP_LAST_CAP; ++number) {
    if (cap_get_bound(number) == CAP_SET) state.bounding |= Bit(number);
    if (cap_get_ambient(number) == CAP_SET) state.ambient |= Bit(number);
  }
}

void ReadSignals(ProcessState& state) {
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, nullptr, &blocked);
  for (int number = 1; number < SIGRTMIN; ++number) {
    if (sigismember(&blocked, number) == 1) state.blocked_signals |= Bit(number - 1);
  }
  itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  state.alarm_seconds = timer.it_value.tv_sec;
  prctl(PR_GET_PDEATHSIG, &state.parent_death_signal);
}

}  // namespace

ProcessState ReadOwnState() {
  ProcessState state = {};
  getresuid(&state.uids[0], &state.uids[1], &state.uids[2]);
  getresgid(&state.gids[0], &state.gids[1], &state.gids[2]);
  ReadCapabilities(state);
  ReadSignals(state);
  state.dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  state.keep_capabilities = prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) == 1;
  state.at_secure = getauxval(AT_SECURE) != 0;
  return state;
}

}  // namespace uidmap_kernel
