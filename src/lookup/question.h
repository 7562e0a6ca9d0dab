// SPDX-License-Identifier: BSD-3-Clause
// Answering one question.
#pragma once

#include "core/lookup_protocol.h"

namespace uidmap {

// Answers `query` in a new process, the only one that loads what is foreign for it: what a name service does to its
// process, or says in place of somebody else, does not reach the answer about a policy or about ranges. kUnavailable
// if that process ends without an answer to this very question, or if somebody has stopped it meanwhile: system calls
// that are interrupted look like a service that is not there (signal(7)), and that must not be the caller's to
// arrange.
[[nodiscard]] LookupAnswer AnswerInOwnProcess(const LookupQuery& query);

}  // namespace uidmap
