// SPDX-License-Identifier: BSD-3-Clause
#include "system/lookup_client.h"

#include <cstdint>
#include <span>

#include "core/attributes.h"
#include "system/child.h"

namespace uidmap {
namespace {

// A container start must not hang on a directory server that does. SSSD itself gives up on its servers after 6 s.
constexpr std::int64_t kSecondsForAllAnswers = 8;

Failure Silent() { return {.reason = Reason::kLookupSilent, .numbers = {kSecondsForAllAnswers}}; }

}  // namespace

Result<void> LookupClient::AwaitReadiness() {
  if (is_ready_) return {};
  if (!program_.is_running()) return Failure{.reason = Reason::kLookupEnded};
  deadline_ = DeadlineIn(kSecondsForAllAnswers * 1000);
  TRY(program_.AwaitReadiness(deadline_, Silent()));
  is_ready_ = true;
  return {};
}

Result<LookupAnswer> LookupClient::Ask(const LookupQuery& query) {
  TRY(AwaitReadiness());
  if (!program_.Say(std::as_bytes(std::span(&query, 1)))) return Failure{.reason = Reason::kLookupEnded};
  UIDMAP_UNINITIALIZED LookupAnswer answer;
  const Hearing hearing = program_.Hear(deadline_, std::as_writable_bytes(std::span(&answer, 1)));
  if (hearing == Hearing::kSilence) return Silent();
  if (hearing == Hearing::kEnded) return Failure{.reason = Reason::kLookupEnded};
  if (hearing == Hearing::kNonsense) return Failure{.reason = Reason::kLookupMisspoke};
  if (HasBeenStopped(program_.process())) return Failure{.reason = Reason::kLookupDisturbed};
  return answer;
}

}  // namespace uidmap
