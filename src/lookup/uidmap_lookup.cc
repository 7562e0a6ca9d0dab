// SPDX-License-Identifier: BSD-3-Clause
// The program that newuidmap, newgidmap and the tools start where libc's name services, a subid plugin or a PAM
// policy have a say. It has the caller's ids, no capability, and a group without rights that keeps the caller from
// steering it. This process talks to the one that asks and runs no foreign code; each question is answered by a
// process of its own.
#include <unistd.h>

#include <span>

#include "core/lookup_protocol.h"
#include "lookup/guard.h"
#include "lookup/question.h"
#include "system/companion_self.h"
#include "system/startup.h"

namespace uidmap {
namespace {

int Serve() {
  if (!HasSocket()) {
    WriteOnce(STDERR_FILENO, "uidmap-lookup: is started by newuidmap and newgidmap, and is of no use otherwise\n");
    return 1;
  }
  const char* const unfit = FindUnfitness();
  if (!SendReadiness(unfit) || unfit != nullptr) return 1;
  LookupQuery query;
  while (ReceiveFromParent(std::as_writable_bytes(std::span(&query, 1)))) {
    const LookupAnswer answer = AnswerInOwnProcess(query);
    if (!SendToParent(std::as_bytes(std::span(&answer, 1)))) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace uidmap

int main() { _exit(uidmap::Serve()); }
