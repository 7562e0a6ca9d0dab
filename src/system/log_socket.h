// SPDX-License-Identifier: BSD-3-Clause
// The system log: one datagram a record, to /dev/log. Not syslog(3), which waits for ever for a log daemon that
// hangs.
#pragma once

#include <string_view>
#include <utility>

#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

class LogSocket {
 public:
  // Nobody listens: records are lost, and that is no failure.
  LogSocket() = default;

  // Connects to /dev/log, if there is one. Fails with kLogFailed where it is there and a limit that the caller can
  // set keeps this program from it.
  //   Should: come before Confine(), which forbids it.
  [[nodiscard]] static Result<LogSocket> Open();

  // Sends `line`. A log that is full for some milliseconds, dead or gone loses it; only a limit that the caller can
  // set is a failure (kLogFailed).
  [[nodiscard]] Result<void> Send(std::string_view line) const;

  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  [[nodiscard]] int descriptor() const { return socket_.get(); }

 private:
  explicit LogSocket(UniqueFd socket) : socket_(std::move(socket)) {}

  UniqueFd socket_;
};

}  // namespace uidmap
