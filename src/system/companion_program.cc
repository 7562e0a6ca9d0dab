// SPDX-License-Identifier: BSD-3-Clause
#include "system/companion_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "core/companion_protocol.h"
#include "system/startup.h"

namespace uidmap {
namespace {

bool IsFit(const CompanionRow& row, const struct stat& status, CallerIds caller) {
  // The caller may read nothing of it: a process of an unreadable program is not dumpable.
  constexpr mode_t kWithOwnGroup = S_IFREG | S_ISGID | S_IRWXU | S_IXGRP | S_IXOTH;
  constexpr mode_t kNoBusiness = S_ISUID | S_ISGID | S_IWGRP | S_IWOTH;
  if (status.st_uid != 0) return false;
  if (row.own_group == OwnGroup::kForbidden) return S_ISREG(status.st_mode) && (status.st_mode & kNoBusiness) == 0;
  return status.st_mode == kWithOwnGroup && status.st_gid != 0 && status.st_gid != caller.gid.value;
}

// A root without /dev/null still has "/".
int OpenNothing() {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  return null >= 0 ? null : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

// Descriptors in their places: what comes later may be in the way of what comes first, so both move out of it before.
// Whatever the caller left open goes: it is not for foreign code.
bool ArrangeDescriptors(int& program, int socket) {
  constexpr int kOutOfTheWay = kCompanionSocket + 1;
  const int needed[] = {0, 1, 2, socket, program};
  CloseAllDescriptorsBut(needed);  // first of all: they may have left none free
  const int null = OpenNothing();
  program = fcntl(program, F_DUPFD_CLOEXEC, kOutOfTheWay);
  socket = fcntl(socket, F_DUPFD_CLOEXEC, kOutOfTheWay);
  bool done = null >= 0 && program >= 0 && socket >= 0;
  for (int fd = 0; fd <= 2; ++fd) done = done && dup3(null, fd, 0) == fd;
  done = done && dup2(socket, kCompanionSocket) == kCompanionSocket;
  if (!done) return false;  // with the socket still open, to say so
  const int kept[] = {0, 1, 2, kCompanionSocket, program};
  CloseAllDescriptorsBut(kept);
  return true;
}

// signal(7): ignored signals and the mask survive exec. SIGKILL and SIGSTOP refuse, and have no other action anyway.
bool ResetSignals() {
  constexpr int kLastSignal = 64;
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  for (int number = 1; number <= kLastSignal; ++number) sigaction(number, &by_default, nullptr);
  const std::uint64_t none = 0;
  return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none) == 0;
}

void Report(const char* step, int socket) {
  Readiness readiness = {.error_number = errno, .unfit = {}};
  PutText(step, readiness.unfit);
  send(socket, &readiness, sizeof readiness, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

constinit const CompanionRow kLookupProgram = {.path = UIDMAP_LOOKUP_PROGRAM,
                                               .name = "uidmap-lookup",
                                               .own_group = OwnGroup::kNeeded,
                                               .missing = Reason::kLookupMissing,
                                               .unfit = Reason::kLookupUnfit,
                                               .step_failed = Reason::kLookupStepFailed,
                                               .not_ready = Reason::kLookupNotReady,
                                               .exposed = Reason::kLookupExposed,
                                               .ended = Reason::kLookupEnded,
                                               .misspoke = Reason::kLookupMisspoke};

constinit const CompanionRow kAuditProgram = {.path = UIDMAP_AUDIT_PROGRAM,
                                              .name = "uidmap-audit",
                                              .own_group = OwnGroup::kForbidden,
                                              .missing = Reason::kAuditUnfit,
                                              .unfit = Reason::kAuditUnfit,
                                              .step_failed = Reason::kAuditStepFailed,
                                              .not_ready = Reason::kAuditNotReady,
                                              .exposed = Reason::kAuditNotReady,
                                              .ended = Reason::kAuditEnded,
                                              .misspoke = Reason::kAuditEnded};

Result<UniqueFd> OpenCompanion(const CompanionRow& row, CallerIds caller) {
  // O_PATH is enough for execveat(2), and all that an unreadable file allows.
  UniqueFd program(open(row.path, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!program.is_open()) {
    const bool is_a_limit = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    return FailureOf(is_a_limit ? row.step_failed : row.missing, is_a_limit ? "open" : row.path, errno);
  }
  if (fstat(program.get(), &status) != 0) return FailureOf(row.missing, row.path, errno);
  if (!IsFit(row, status, caller)) return FailureOf(row.unfit, row.path);
  return program;
}

void BecomeCompanion(const CompanionRow& row, UniqueFd program, UniqueFd socket) {
  int program_fd = program.get();
  if (!ArrangeDescriptors(program_fd, socket.get())) {
    Report("arranging its descriptors failed", socket.get());
    _exit(1);
  }
  if (chdir("/") != 0 || !ResetSignals() || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
    Report("preparing its process failed", kCompanionSocket);
  } else {
    // execve(2) only reads the name; its declaration lacks the const.
    char* const arguments[] = {const_cast<char*>(row.name), nullptr};
    // Empty: AT_SECURE, which would keep LD_PRELOAD away, is not set for uidmap-audit.
    char* const environment[] = {nullptr};
    syscall(SYS_execveat, program_fd, "", arguments, environment, AT_EMPTY_PATH);
    Report("executing it failed", kCompanionSocket);
  }
  _exit(1);
}

}  // namespace uidmap
