// SPDX-License-Identifier: BSD-3-Clause
#include "system/companion.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/attributes.h"
#include "core/companion_protocol.h"
#include "core/text.h"

namespace uidmap {
namespace {

constexpr std::int64_t kMillisecondsToEnd = 100;

enum class Wait : std::uint8_t { kReady, kTimeIsOver };

// ppoll(2), again where a signal that somebody sent has interrupted it.
Wait WaitUntil(Deadline deadline, int fd) {
  while (true) {
    const std::int64_t left = std::max<std::int64_t>(deadline.milliseconds - DeadlineIn(0).milliseconds, 0);
    pollfd polled = {.fd = fd, .events = POLLIN, .revents = 0};
    const timespec limit = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1'000'000};
    if (ppoll(&polled, 1, &limit, nullptr) == 1) return Wait::kReady;
    if (left == 0) return Wait::kTimeIsOver;
  }
}

// A process that runs with a group of its own, or with a capability that the caller lacks, can be neither traced nor
// read by him (kernel: __ptrace_may_access()). Asking the kernel for its memory shows that this is so; hidepid hides
// what may not be traced. An open that fails for another reason shows nothing. Null if it is out of reach.
const char* FindExposure(pid_t process) {
  BoundedText<32> path;
  path.Append("/proc/");
  path.AppendDecimal(static_cast<std::uint64_t>(process));
  path.Append(std::string_view("/mem\0", 5));
  const UniqueFd memory(open(path.view().data(), O_RDONLY | O_CLOEXEC));
  if (memory.is_open()) return "its memory can be read";
  if (errno == EACCES || errno == EPERM) return nullptr;
  struct stat status = {};
  if (errno == ENOENT && stat("/proc/self", &status) == 0) return nullptr;
  return "it cannot be seen whether its memory can be read";
}

}  // namespace

Companion::~Companion() { End(); }

void Companion::End() {
  const pid_t process = std::exchange(process_, 0);
  if (process == 0) return;
  socket_ = UniqueFd();
  if (watch_.is_open()) static_cast<void>(WaitUntil(DeadlineIn(kMillisecondsToEnd), watch_.get()));
  siginfo_t seen = {};
  waitid(P_PID, static_cast<id_t>(process), &seen, WEXITED | WNOHANG);
}

bool Companion::Say(std::span<const std::byte> message) const {
  const ssize_t sent = send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent == static_cast<ssize_t>(message.size());
}

Hearing Companion::Hear(Deadline deadline, std::span<std::byte> message) const {
  if (WaitUntil(deadline, socket_.get()) == Wait::kTimeIsOver) return Hearing::kSilence;
  const ssize_t size = recv(socket_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_TRUNC);
  if (size <= 0) return Hearing::kEnded;
  return size == static_cast<ssize_t>(message.size()) ? Hearing::kHeard : Hearing::kNonsense;
}

Result<void> Companion::AwaitReadiness(Deadline deadline, const Failure& silent) const {
  UIDMAP_UNINITIALIZED Readiness readiness;
  switch (Hear(deadline, std::as_writable_bytes(std::span(&readiness, 1)))) {
    case Hearing::kHeard: break;
    case Hearing::kSilence: return silent;
    case Hearing::kEnded: return Failure{.reason = row_->ended};
    case Hearing::kNonsense: return Failure{.reason = row_->misspoke};
  }
  if (!Ends(readiness.unfit)) return Failure{.reason = row_->misspoke};
  const auto refuse = [&](Reason reason, std::string_view why) {
    Failure failure{.reason = reason, .error_number = readiness.error_number};
    failure.said.Append(why);
    return failure;
  };
  if (const std::string_view unfit = TextIn(readiness.unfit); !unfit.empty()) return refuse(row_->not_ready, unfit);
  if (const char* const exposure = FindExposure(process_); exposure != nullptr)
    return refuse(row_->exposed, exposure);
  return {};
}

Result<Companion> StartCompanion(const CompanionRow& row, CallerIds caller, bool (*prepare)()) {
  const auto refused = [&](const char* call) { return FailureOf(row.step_failed, call, errno); };
  UniqueFd program = TRY(OpenCompanion(row, caller));
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return refused("socketpair");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  // wait(2): a caller who ignores SIGCHLD would have the kernel forget the child, and its number be given away, while
  // it is still looked at.
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  if (sigaction(SIGCHLD, &by_default, nullptr) != 0) return refused("sigaction");
  const pid_t process = _Fork();
  if (process < 0) return refused("fork");
  if (process == 0) {
    if (!prepare()) _exit(1);
    BecomeCompanion(row, std::move(program), std::move(theirs));
  }
  UniqueFd watch(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  return Companion(row, process, std::move(watch), std::move(ours));
}

}  // namespace uidmap
