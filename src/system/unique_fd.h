// SPDX-License-Identifier: BSD-3-Clause
// A file descriptor with one owner, never 0, 1 or 2.
#pragma once

#include <errno.h>
#include <unistd.h>

#include <utility>

namespace uidmap {

class UniqueFd {
 public:
  UniqueFd() = default;
  // For what the kernel has answered; open, unless that is -1. Each program fills descriptors 0 to 2 before it opens
  // anything, so one of these is the answer of a seccomp filter, and what it leads to is the caller's: his stdin is
  // not to be read as a file of root's, written as a map, or closed. Then the descriptor is not open, and errno is
  // EBADF.
  explicit UniqueFd(int fd) {
    if (fd > STDERR_FILENO) {
      fd_ = fd;
    } else if (fd >= 0) {
      errno = EBADF;
    }
  }
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

}  // namespace uidmap
