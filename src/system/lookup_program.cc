// SPDX-License-Identifier: BSD-3-Clause
#include "system/lookup_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "core/lookup_protocol.h"
#include "system/startup.h"

namespace uidmap {
namespace {

constexpr const char* kProgram = UIDMAP_LOOKUP_PROGRAM;

// The caller may read nothing of it: a process of an unreadable program is not dumpable.
constexpr mode_t kMode = S_IFREG | S_ISGID | S_IRWXU | S_IXGRP | S_IXOTH;

// Descriptors in their places: what comes later may be in the way of what comes first, so both move out of it before.
// Whatever the caller left open goes: it is not for foreign code.
bool ArrangeDescriptors(int& program, int socket) {
  constexpr int kOutOfTheWay = kLookupSocket + 1;
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  program = fcntl(program, F_DUPFD_CLOEXEC, kOutOfTheWay);
  socket = fcntl(socket, F_DUPFD_CLOEXEC, kOutOfTheWay);
  bool done = null >= 0 && program >= 0 && socket >= 0;
  for (int fd = 0; fd <= 2; ++fd) done = done && dup3(null, fd, 0) == fd;
  done = done && dup2(socket, kLookupSocket) == kLookupSocket;
  const int kept[] = {0, 1, 2, kLookupSocket, program};
  CloseAllDescriptorsBut(kept);
  return done;
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
  LookupAnswer answer = {};
  answer.question = LookupQuestion::kReady;
  answer.outcome = LookupOutcome::kUnfit;
  answer.detail = errno;
  PutText(step, answer.text);
  send(socket, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

Result<UniqueFd> OpenLookupProgram(CallerIds caller) {
  // O_PATH is enough for execveat(2), and all that an unreadable file allows.
  UniqueFd program(open(kProgram, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!program.is_open()) return FailureOf(Reason::kLookupMissing, kProgram, errno);
  struct stat status = {};
  if (fstat(program.get(), &status) != 0) return FailureOf(Reason::kLookupMissing, kProgram, errno);
  const bool fit =
      status.st_mode == kMode && status.st_uid == 0 && status.st_gid != 0 && status.st_gid != caller.gid.value;
  if (!fit) return FailureOf(Reason::kLookupUnfit, kProgram);
  return program;
}

void BecomeLookupProgram(UniqueFd program, UniqueFd socket) {
  int program_fd = program.get();
  if (!ArrangeDescriptors(program_fd, socket.get())) {
    Report("arranging its descriptors failed", socket.get());
    _exit(1);
  }
  if (chdir("/") != 0 || !ResetSignals() || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
    Report("preparing its process failed", kLookupSocket);
  } else {
    static char name[] = "uidmap-lookup";
    char* const arguments[] = {name, nullptr};
    char* const environment[] = {nullptr};
    syscall(SYS_execveat, program_fd, "", arguments, environment, AT_EMPTY_PATH);
    Report("executing it failed", kLookupSocket);
  }
  _exit(1);
}

}  // namespace uidmap
