// SPDX-License-Identifier: BSD-3-Clause
#include "system/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/decimal.h"
#include "core/text.h"
#include "system/small_file.h"
#include "system/unique_fd.h"

namespace uidmap {

Result<std::optional<int>> ProcessOfPidfd(int descriptor) {
  using Process = std::optional<int>;
  const auto number = static_cast<std::uint64_t>(descriptor);
  BoundedText<48> path;
  path.Append("/proc/self/fdinfo/");
  path.AppendDecimal(number);
  path.AppendByte('\0');
  const UniqueFd file(open(path.view().data(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  std::array<char, 1024> bytes;
  const auto pid = ValueOf(ReadOnce(file, bytes), "Pid");  // which no other file's information has
  if (!pid) return Process();
  if (*pid == "-1") return Failure{.reason = Reason::kTargetGone, .error_number = ESRCH};
  const auto process = ParseDecimal(*pid, std::numeric_limits<int>::max());
  if (!process || *process == 0) return Failure{.reason = Reason::kPidfdOfElsewhere, .numbers = {number}};
  return Process(static_cast<int>(*process));
}

bool HasEnded(int pidfd) {
  pollfd polled = {.fd = pidfd, .events = POLLIN, .revents = 0};
  const timespec at_once = {};
  return ppoll(&polled, 1, &at_once, nullptr) != 0;
}

}  // namespace uidmap
