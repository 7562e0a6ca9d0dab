// SPDX-License-Identifier: BSD-3-Clause
// The program that exec_test.cc marks with privileges and executes: it writes its ProcessState.
#include <unistd.h>

#include "process_state.h"

int main() {
  const uidmap_kernel::ProcessState state = uidmap_kernel::ReadOwnState();
  return write(STDOUT_FILENO, &state, sizeof state) == sizeof state ? 0 : 1;
}
