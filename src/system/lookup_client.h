// SPDX-License-Identifier: BSD-3-Clause
// The running uidmap-lookup, and asking it. What it says is judged in core/lookup_protocol.h.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <utility>

#include "core/lookup_protocol.h"
#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

// One child process, for the time of one run. Not copied: whoever has it ends it.
class LookupClient {
 public:
  // None runs: every question fails.
  LookupClient() = default;

  // `process` runs, or is about to run, uidmap-lookup with the other end of `socket` as descriptor 3.
  LookupClient(pid_t process, UniqueFd watch, UniqueFd socket)
      : process_(process), watch_(std::move(watch)), socket_(std::move(socket)) {}
  LookupClient(LookupClient&& other) noexcept
      : process_(std::exchange(other.process_, 0)),
        watch_(std::move(other.watch_)),
        socket_(std::move(other.socket_)),
        is_ready_(other.is_ready_),
        deadline_(other.deadline_) {}
  LookupClient& operator=(LookupClient&&) = delete;
  ~LookupClient();  // see End()

  // Asks, and waits for the answer until the time for all questions together is over, which starts with the first.
  // Before the first answer is believed it is proven that the caller cannot look into the process, and so cannot
  // have steered it. Fails with one of the kLookup reasons; a process that is stopped, killed, starved or silent
  // is a failure like any other.
  [[nodiscard]] Result<LookupAnswer> Ask(const LookupQuery& query);

  // Hangs up and waits a moment for the process to end. One that does not is killed by the kernel when this one ends.
  void End();

  // The descriptors that it needs.
  [[nodiscard]] std::array<int, 2> descriptors() const { return {watch_.get(), socket_.get()}; }

 private:
  [[nodiscard]] Result<void> AwaitReadiness();
  [[nodiscard]] Result<void> Receive(LookupAnswer& answer);

  pid_t process_ = 0;
  UniqueFd watch_;  // a pidfd; a container's filter may refuse it, and then nobody waits for the end
  UniqueFd socket_;
  bool is_ready_ = false;
  std::int64_t deadline_ = 0;  // CLOCK_MONOTONIC, in milliseconds
};

}  // namespace uidmap
