// SPDX-License-Identifier: BSD-3-Clause
#include "system/lookup_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "core/attributes.h"
#include "core/text.h"
#include "system/child.h"

namespace uidmap {
namespace {

// A container start must not hang on a directory server that does. SSSD itself gives up on its servers after 6 s.
constexpr std::int64_t kSecondsForAllAnswers = 8;
constexpr std::int64_t kMillisecondsToEnd = 100;

std::int64_t NowInMilliseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

enum class Wait : std::uint8_t { kReady, kTimeIsOver };

// ppoll(2), again where a signal that somebody sent has interrupted it.
Wait WaitUntil(std::int64_t deadline, int fd) {
  while (true) {
    const std::int64_t left = std::max<std::int64_t>(deadline - NowInMilliseconds(), 0);
    pollfd polled = {.fd = fd, .events = POLLIN, .revents = 0};
    const timespec limit = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1'000'000};
    if (ppoll(&polled, 1, &limit, nullptr) == 1) return Wait::kReady;
    if (left == 0) return Wait::kTimeIsOver;
  }
}

// A process that runs with the group of its own that its file gives it can be neither traced nor read nor limited by
// a process of the same uid without that group (kernel: __ptrace_may_access(), check_prlimit_permission()). Asking
// the kernel for its memory shows that this is so; hidepid hides what may not be traced. An open that fails for
// another reason shows nothing.
Result<void> ProveOutOfReach(pid_t process) {
  BoundedText<32> path;
  path.Append("/proc/");
  path.AppendDecimal(static_cast<std::uint64_t>(process));
  path.Append(std::string_view("/mem\0", 5));
  const UniqueFd memory(open(path.view().data(), O_RDONLY | O_CLOEXEC));
  if (memory.is_open()) return FailureOf(Reason::kLookupExposed, "its memory can be read");
  if (errno == EACCES || errno == EPERM) return {};
  struct stat status = {};
  if (errno == ENOENT && stat("/proc/self", &status) == 0) return {};
  return FailureOf(Reason::kLookupExposed, "it cannot be seen whether its memory can be read");
}

}  // namespace

LookupClient::~LookupClient() { End(); }

void LookupClient::End() {
  const pid_t process = std::exchange(process_, 0);
  if (process == 0) return;
  socket_ = UniqueFd();
  if (watch_.is_open()) static_cast<void>(WaitUntil(NowInMilliseconds() + kMillisecondsToEnd, watch_.get()));
  siginfo_t seen = {};
  waitid(P_PID, static_cast<id_t>(process), &seen, WEXITED | WNOHANG);
}

Result<void> LookupClient::Receive(LookupAnswer& answer) {
  if (WaitUntil(deadline_, socket_.get()) == Wait::kTimeIsOver) {
    return Failure{.reason = Reason::kLookupSilent, .numbers = {kSecondsForAllAnswers}};
  }
  const ssize_t size = recv(socket_.get(), &answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC);
  if (size == static_cast<ssize_t>(sizeof answer)) {
    if (HasBeenStopped(process_)) return Failure{.reason = Reason::kLookupDisturbed};
    return {};
  }
  return Failure{.reason = size > 0 ? Reason::kLookupMisspoke : Reason::kLookupEnded};
}

Result<void> LookupClient::AwaitReadiness() {
  if (is_ready_) return {};
  if (process_ == 0) return Failure{.reason = Reason::kLookupEnded};
  deadline_ = NowInMilliseconds() + kSecondsForAllAnswers * 1000;
  UIDMAP_UNINITIALIZED LookupAnswer ready;
  TRY(Receive(ready));
  TRY(ReadReady(ready));
  TRY(ProveOutOfReach(process_));
  is_ready_ = true;
  return {};
}

Result<LookupAnswer> LookupClient::Ask(const LookupQuery& query) {
  TRY(AwaitReadiness());
  const ssize_t sent = send(socket_.get(), &query, sizeof query, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent != static_cast<ssize_t>(sizeof query)) return Failure{.reason = Reason::kLookupEnded};
  UIDMAP_UNINITIALIZED LookupAnswer answer;
  TRY(Receive(answer));
  return answer;
}

}  // namespace uidmap
