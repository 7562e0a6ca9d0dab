// SPDX-License-Identifier: BSD-3-Clause
// What newuidmap and newgidmap tell uidmap-audit, and what it answers: one message of fixed size each, over a socket
// that keeps messages apart.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "core/failure.h"
#include "core/map_kind.h"
#include "core/map_text.h"
#include "core/record.h"
#include "core/result.h"

namespace uidmap {

// One record of the kernel's audit. Texts end with a zero; empty ones are left out.
struct AuditEvent {
  std::uint32_t uid;
  std::uint32_t target_process;    // 0: not known
  std::uint32_t range_count;       // 0: `map` has all of them
  std::uint32_t is_refusal;        // 0 or 1
  std::array<char, 24> operation;  // a bare word, as the three below
  std::array<char, 56> source;
  std::array<char, 40> reason;
  std::array<char, 8> setgroups;
  std::array<char, 32> writable_file;
  std::array<char, 256> account;  // untrusted
  std::array<char, kMapTextLimit + 1> map;
};

enum class AuditOutcome : std::uint32_t {
  kRecorded = 1,
  kNobodyListens,  // a kernel without audit, or a user namespace, where it takes no records
  kFailed,
};

struct AuditAnswer {
  AuditOutcome outcome;
  std::int32_t error_number;
};

static_assert(std::has_unique_object_representations_v<AuditEvent>);
static_assert(std::has_unique_object_representations_v<AuditAnswer>);

// Fills `event` with what is known of a run. `refusal` is null for a map that is about to be written.
void PutEvent(const MapKindRow& row, const RunFacts& facts, const Failure* refusal, AuditEvent& event);

// Fails with kAuditFailed, or kAuditEnded if the answer makes no sense.
[[nodiscard]] Result<void> ReadAuditAnswer(const AuditAnswer& answer);

}  // namespace uidmap
