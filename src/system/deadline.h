// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <time.h>

#include <cstdint>

namespace uidmap {

// CLOCK_MONOTONIC, in milliseconds.
struct Deadline {
  std::int64_t milliseconds = 0;
};

[[nodiscard]] inline Deadline DeadlineIn(std::int64_t milliseconds) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return {std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000 + milliseconds};
}

}  // namespace uidmap
