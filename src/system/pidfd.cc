// SPDX-License-Identifier: BSD-3-Clause
#include "system/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/text.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

// pidfd_open(2), proc(5): the descriptor information of a pidfd has a line "Pid:", of other files it has none.
std::optional<std::string_view> PidLine(std::string_view information) {
  while (!information.empty()) {
    std::string_view line = TakeField(information, '\n');
    if (TakeField(line) == "Pid") return WithoutBlanks(line);
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<int>> ProcessOfPidfd(int descriptor) {
  using Process = std::optional<int>;
  const auto number = static_cast<std::uint64_t>(descriptor);
  BoundedText<48> path;
  path.Append("/proc/self/fdinfo/");
  path.AppendDecimal(number);
  path.AppendByte('\0');
  const UniqueFd file(open(path.view().data(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  std::array<char, 1024> bytes;
  const ssize_t size = file.is_open() ? read(file.get(), bytes.data(), bytes.size()) : -1;
  if (size <= 0) return Process();
  const auto pid = PidLine({bytes.data(), static_cast<std::size_t>(size)});
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
