// SPDX-License-Identifier: BSD-3-Clause
// The program that newuidmap and newgidmap start where libc's name services, a subid plugin or a PAM policy have a
// say. It has the caller's ids, no capability, and a group without rights that keeps the caller from steering it.
// This process talks to the one that asks and runs no foreign code; each question is answered by a process of its
// own.
#include <unistd.h>

#include "core/lookup_protocol.h"
#include "lookup/channel.h"
#include "lookup/guard.h"
#include "lookup/question.h"
#include "system/startup.h"

namespace uidmap {
namespace {

int Serve() {
  if (!HasSocket()) {
    WriteOnce(STDERR_FILENO, "uidmap-lookup: is started by newuidmap and newgidmap, and is of no use otherwise\n");
    return 1;
  }
  LookupAnswer ready = {};
  ready.question = LookupQuestion::kReady;
  const char* const unfit = FindUnfitness();
  ready.outcome = unfit == nullptr ? LookupOutcome::kYes : LookupOutcome::kUnfit;
  PutText(unfit == nullptr ? "" : unfit, ready.text);
  if (!Send(ready) || unfit != nullptr) return 1;
  LookupQuery query;
  while (Receive(query)) {
    if (!Send(AnswerInOwnProcess(query))) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace uidmap

int main() { _exit(uidmap::Serve()); }
