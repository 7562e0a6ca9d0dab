// SPDX-License-Identifier: BSD-3-Clause
#include "system/companion_self.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/companion_protocol.h"
#include "system/companion_program.h"

namespace uidmap {

bool HasSocket() {
  int type = 0;
  socklen_t size = sizeof type;
  return fcntl(kCompanionSocket, F_SETFD, FD_CLOEXEC) == 0 &&
         getsockopt(kCompanionSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

bool BecomesUndumpable() {
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

// prctl(2): exec of a set-group-id program has taken the signal back. A parent that was gone before is seen by the
// number of who made the socket.
bool EndsWithParent() {
  ucred maker = {};
  socklen_t size = sizeof maker;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  return getsockopt(kCompanionSocket, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0 && maker.pid == getppid();
}

bool SendReadiness(const char* unfit) {
  Readiness readiness = {};
  if (unfit != nullptr) PutText(unfit, readiness.unfit);
  return SendToParent(std::as_bytes(std::span(&readiness, 1)));
}

bool SendToParent(std::span<const std::byte> message) {
  const ssize_t sent = send(kCompanionSocket, message.data(), message.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(message.size());
}

bool ReceiveFromParent(std::span<std::byte> message) {
  const ssize_t received = recv(kCompanionSocket, message.data(), message.size(), MSG_TRUNC);
  return received == static_cast<ssize_t>(message.size());
}

}  // namespace uidmap
