// SPDX-License-Identifier: BSD-3-Clause
#include "system/audit_client.h"

#include <cstdint>
#include <span>

namespace uidmap {
namespace {

// Its start is an exec on a machine that may be busy; a record is one message to the kernel.
constexpr std::int64_t kMillisecondsToStart = 2000;
constexpr std::int64_t kMillisecondsToAnswer = 100;

Failure SilentFor(std::int64_t milliseconds) {
  return {.reason = Reason::kAuditSilent, .numbers = {static_cast<std::uint64_t>(milliseconds)}};
}

}  // namespace

Result<void> AuditClient::Ask(const AuditEvent& event) {
  if (!is_ready_) TRY(program_.AwaitReadiness(DeadlineIn(kMillisecondsToStart), SilentFor(kMillisecondsToStart)));
  is_ready_ = true;
  if (!program_.Say(std::as_bytes(std::span(&event, 1)))) return Failure{.reason = Reason::kAuditEnded};
  AuditAnswer answer = {};
  const Deadline deadline = DeadlineIn(kMillisecondsToAnswer);
  const Hearing hearing = program_.Hear(deadline, std::as_writable_bytes(std::span(&answer, 1)));
  if (hearing == Hearing::kSilence) return SilentFor(kMillisecondsToAnswer);
  if (hearing != Hearing::kHeard) return Failure{.reason = Reason::kAuditEnded};
  return ReadAuditAnswer(answer);
}

Result<void> AuditClient::Tell(const AuditEvent& event) {
  if (!is_running() || has_failed_) return {};
  const Result<void> told = Ask(event);
  has_failed_ = !told.has_value();
  return told;
}

}  // namespace uidmap
