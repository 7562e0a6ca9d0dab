// SPDX-License-Identifier: BSD-3-Clause
#include "system/log_socket.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

#include "system/deadline.h"

namespace uidmap {
namespace {

constexpr sockaddr_un kLog = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

// socket(2), send(2): what descriptors and memory that the caller has used up look like.
bool IsALimit(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS || error_number == ENOMEM;
}

// A queue that is full because of a burst may have room at once. No longer: it may belong to a log daemon that hangs.
constexpr std::int64_t kMillisecondsForRoom = 5;

// False when the time is over.
bool WaitForRoom(int socket, Deadline deadline) {
  const std::int64_t left = deadline.milliseconds - DeadlineIn(0).milliseconds;
  if (left <= 0) return false;
  const timespec limit = {.tv_sec = 0, .tv_nsec = left * 1'000'000};
  pollfd polled = {.fd = socket, .events = POLLOUT, .revents = 0};
  return ppoll(&polled, 1, &limit, nullptr) == 1;
}

bool SendOnce(int socket, std::string_view line) {
  return send(socket, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

}  // namespace

Result<LogSocket> LogSocket::Open() {
  UniqueFd log(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!log.is_open()) {
    const int error_number = errno;
    if (!IsALimit(error_number) || access(kLog.sun_path, F_OK) != 0) return LogSocket();
    return FailureOf(Reason::kLogFailed, "socket", error_number);
  }
  // It would receive what is said to the caller. (Descriptors 0 to 2 that cannot be filled end a run.)
  if (log.get() <= STDERR_FILENO) return LogSocket();
  // A log that is a stream, or refuses the caller, is no log for him.
  if (connect(log.get(), reinterpret_cast<const sockaddr*>(&kLog), sizeof kLog) == 0)
    return LogSocket(std::move(log));
  if (IsALimit(errno)) return FailureOf(Reason::kLogFailed, "connect", errno);
  return LogSocket();
}

Result<void> LogSocket::Send(std::string_view line) const {
  if (!is_open() || SendOnce(socket_.get(), line)) return {};
  // Who fills the queue also takes the room that is announced, so it is tried again.
  const Deadline deadline = DeadlineIn(kMillisecondsForRoom);
  while (errno == EAGAIN && WaitForRoom(socket_.get(), deadline)) {
    if (SendOnce(socket_.get(), line)) return {};
  }
  if (IsALimit(errno)) return FailureOf(Reason::kLogFailed, "send", errno);
  return {};
}

}  // namespace uidmap
