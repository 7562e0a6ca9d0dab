// SPDX-License-Identifier: BSD-3-Clause
// A file descriptor with one owner.
#pragma once

#include <errno.h>
#include <unistd.h>

#include <utility>

namespace uidmap {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~UniqueFd() {
    if (is_open()) close(fd_);  // close(2): never again on EINTR, the descriptor is gone
  }

  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

// For what an open has answered. Descriptors 0 to 2 are filled from the start on (SettleProcess()), so one of them is
// the answer of a seccomp filter, and what it leads to is the caller's: his stdin is not to be read as a file of
// root's, nor a map to be written there.
[[nodiscard]] inline UniqueFd Opened(int fd) {
  if (fd < 0 || fd > STDERR_FILENO) return UniqueFd(fd);
  errno = EBADF;
  return {};
}

}  // namespace uidmap
