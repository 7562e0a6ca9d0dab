// SPDX-License-Identifier: BSD-3-Clause
#include "lookup/channel.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "system/lookup_program.h"

namespace uidmap {

bool HasSocket() {
  int type = 0;
  socklen_t size = sizeof type;
  return fcntl(kLookupSocket, F_SETFD, FD_CLOEXEC) == 0 &&
         getsockopt(kLookupSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

bool Send(const LookupAnswer& answer) {
  return send(kLookupSocket, &answer, sizeof answer, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof answer);
}

bool Receive(LookupQuery& query) {
  return recv(kLookupSocket, &query, sizeof query, MSG_TRUNC) == static_cast<ssize_t>(sizeof query);
}

}  // namespace uidmap
