// SPDX-License-Identifier: BSD-3-Clause
// The program that newuidmap and newgidmap start where a record in the kernel's audit is due. It has the caller's ids
// and CAP_AUDIT_WRITE, which keeps him from looking into it. He can stop and kill it; whoever waits for the answer
// then refuses the map.
#include <unistd.h>

#include <span>

#include "audit/guard.h"
#include "audit/send.h"
#include "core/audit_protocol.h"
#include "core/companion_protocol.h"
#include "system/companion_self.h"
#include "system/startup.h"

namespace uidmap {
namespace {

// Texts that end in their fields are all that the sender can get wrong.
bool IsWellFormed(const AuditEvent& event) {
  return Ends(event.operation) && Ends(event.source) && Ends(event.reason) && Ends(event.setgroups) &&
         Ends(event.writable_file) && Ends(event.account) && Ends(event.map);
}

int Serve() {
  if (!HasSocket()) {
    WriteOnce(STDERR_FILENO, "uidmap-audit: is started by newuidmap and newgidmap, and is of no use otherwise\n");
    return 1;
  }
  const char* const unfit = FindUnfitness();
  if (!SendReadiness(unfit) || unfit != nullptr) return 1;
  static AuditEvent event;
  while (ReceiveFromParent(std::as_writable_bytes(std::span(&event, 1))) && IsWellFormed(event)) {
    const AuditAnswer answer = SendEvent(event);
    if (!SendToParent(std::as_bytes(std::span(&answer, 1)))) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace uidmap

int main() { _exit(uidmap::Serve()); }
