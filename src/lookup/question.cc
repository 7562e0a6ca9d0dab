// SPDX-License-Identifier: BSD-3-Clause
#include "lookup/question.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "core/companion_protocol.h"
#include "lookup/account.h"
#include "lookup/guard.h"
#include "lookup/plugin.h"
#include "lookup/policy.h"
#include "system/child.h"
#include "system/companion_program.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

LookupAnswer Unanswered(const LookupQuery& query, LookupOutcome outcome, std::string_view why) {
  LookupAnswer answer = {};
  answer.question = query.question;
  answer.outcome = outcome;
  PutText(why, answer.text);
  return answer;
}

LookupAnswer AnswerTo(const LookupQuery& query) {
  LookupAnswer answer = Unanswered(query, LookupOutcome::kUnfit, "malformed question");
  switch (query.question) {
    case LookupQuestion::kAccount: AnswerAccount(answer); break;
    case LookupQuestion::kPolicy: AnswerPolicy(query, answer); break;
    case LookupQuestion::kRanges: AnswerRanges(query, answer); break;
    case LookupQuestion::kOwnerRanges: AnswerOwnerRanges(query, answer); break;
  }
  return answer;
}

// The caller never had a right to this process, so the limits that it looks at are those that it keeps: a prlimit(2)
// that was on its way to the program before it was that program can only hit the process above.
[[noreturn]] void AnswerAndWait(const LookupQuery& query, pid_t asker, UniqueFd pipe) {
  close(kCompanionSocket);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != asker) _exit(1);
  const LookupAnswer answer =
      IsStarved() ? Unanswered(query, LookupOutcome::kUnavailable, kStarved) : AnswerTo(query);
  [[maybe_unused]] const ssize_t written = write(pipe.get(), &answer, sizeof answer);
  while (true) pause();  // whether it was stopped can be asked as long as it lives
}

// What a pipe takes whole it also gives whole: the answer is shorter than PIPE_BUF.
static_assert(sizeof(LookupAnswer) <= 4096);

}  // namespace

LookupAnswer AnswerInOwnProcess(const LookupQuery& query) {
  const auto unavailable = [&](const char* why) { return Unanswered(query, LookupOutcome::kUnavailable, why); };
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return unavailable("no pipe could be made");
  UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t asker = getpid();
  const pid_t process = fork();
  if (process < 0) return unavailable("no process could be made");
  if (process == 0) {
    from = UniqueFd();
    AnswerAndWait(query, asker, std::move(to));
  }
  to = UniqueFd();

  LookupAnswer answer;
  const ssize_t size = read(from.get(), &answer, sizeof answer);
  const bool is_answer = size == static_cast<ssize_t>(sizeof answer) && answer.question == query.question;
  const bool was_stopped = HasBeenStopped(process);
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  if (size <= 0) return unavailable("a module ended the process that asked it");
  if (!is_answer) return unavailable("a module wrote an answer of its own");
  if (was_stopped) return unavailable("the process that asked it was stopped meanwhile");
  return answer;
}

}  // namespace uidmap
