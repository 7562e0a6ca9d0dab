// SPDX-License-Identifier: BSD-3-Clause
// The program that newuidmap and newgidmap start where libc's name services, a subid plugin or a PAM policy have a
// say: the only place where foreign code runs. It has the caller's ids, no capability, and a group without rights
// that keeps the caller from steering it. It answers questions until the other end hangs up.
#include <sys/socket.h>
#include <unistd.h>

#include "core/lookup_protocol.h"
#include "lookup/account.h"
#include "lookup/guard.h"
#include "lookup/plugin.h"
#include "lookup/policy.h"
#include "system/lookup_program.h"
#include "system/startup.h"

namespace uidmap {
namespace {

bool Send(const LookupAnswer& answer) {
  return send(kLookupSocket, &answer, sizeof answer, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof answer);
}

bool Receive(LookupQuery& query) {
  return recv(kLookupSocket, &query, sizeof query, MSG_TRUNC) == static_cast<ssize_t>(sizeof query);
}

LookupAnswer AnswerTo(const LookupQuery& query) {
  LookupAnswer answer = {};
  answer.question = query.question;
  answer.outcome = LookupOutcome::kUnfit;  // what an unknown question is answered with
  switch (query.question) {
    case LookupQuestion::kAccount: AnswerAccount(answer); break;
    case LookupQuestion::kPolicy: AnswerPolicy(query, answer); break;
    case LookupQuestion::kRanges: AnswerRanges(query, answer); break;
    case LookupQuestion::kReady: break;
  }
  return answer;
}

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
    if (!Send(AnswerTo(query))) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace uidmap

// _exit: nothing that a module has registered for the end of the process is to hold it up.
int main() { _exit(uidmap::Serve()); }
