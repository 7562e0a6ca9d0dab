// SPDX-License-Identifier: BSD-3-Clause
// A running companion program, and talking with it. What it says is judged by whoever asked.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "core/result.h"
#include "system/companion_program.h"
#include "system/deadline.h"
#include "system/unique_fd.h"

namespace uidmap {

enum class Hearing : std::uint8_t {
  kHeard,     // one message of the size that was expected
  kSilence,   // until the deadline
  kEnded,     // the other side has hung up
  kNonsense,  // a message of another size
};

// One child process, for the time of one run. Not copied: whoever has it ends it.
class Companion {
 public:
  // None runs.
  Companion() = default;

  // `process` runs, or is about to run, the program of `row` with the other end of `socket` as descriptor 3.
  Companion(const CompanionRow& row, pid_t process, UniqueFd watch, UniqueFd socket)
      : row_(&row), process_(process), watch_(std::move(watch)), socket_(std::move(socket)) {}
  Companion(Companion&& other) noexcept
      : row_(other.row_),
        process_(std::exchange(other.process_, 0)),
        watch_(std::move(other.watch_)),
        socket_(std::move(other.socket_)) {}
  Companion& operator=(Companion&& other) noexcept {
    std::swap(row_, other.row_);
    std::swap(process_, other.process_);
    watch_ = std::move(other.watch_);
    socket_ = std::move(other.socket_);
    return *this;
  }
  ~Companion();  // see End()

  [[nodiscard]] bool is_running() const { return process_ != 0; }
  [[nodiscard]] pid_t process() const { return process_; }

  // Waits for the word that it runs as it must, and proves that the caller cannot look into the process, and so
  // cannot have steered it. Fails with one of the row's reasons, or with `silent` at the deadline.
  [[nodiscard]] Result<void> AwaitReadiness(Deadline deadline, const Failure& silent) const;

  // False if nobody is there to hear it, or does not take it at once.
  [[nodiscard]] bool Say(std::span<const std::byte> message) const;
  [[nodiscard]] Hearing Hear(Deadline deadline, std::span<std::byte> message) const;

  // Hangs up and waits a moment for the process to end. One that does not is killed by the kernel when this one ends.
  void End();

  // The descriptors that it needs.
  [[nodiscard]] std::array<int, 2> descriptors() const { return {watch_.get(), socket_.get()}; }

 private:
  const CompanionRow* row_ = nullptr;
  pid_t process_ = 0;
  UniqueFd watch_;  // a pidfd; a container's filter may refuse it, and then nobody waits for the end
  UniqueFd socket_;
};

// Starts the program of `row` as a child, which ends at once if `prepare` says no: that is where it gives up what the
// program is not meant to have. Fails with one of the row's reasons.
[[nodiscard]] Result<Companion> StartCompanion(const CompanionRow& row, CallerIds caller, bool (*prepare)());

}  // namespace uidmap
