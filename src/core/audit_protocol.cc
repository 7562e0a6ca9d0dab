// SPDX-License-Identifier: BSD-3-Clause
#include "core/audit_protocol.h"

#include "core/companion_protocol.h"

namespace uidmap {

void PutEvent(const MapKindRow& row, const RunFacts& facts, const Failure* refusal, AuditEvent& event) {
  const std::span<const Extent> extents = facts.request.extents.view();
  BoundedText<kMapTextLimit> map;
  const bool is_whole = AppendExtents(map, extents, kMapTextLimit) == extents.size();
  event.uid = facts.caller.uid.value;
  event.target_process = facts.target_process;
  event.range_count = is_whole ? 0 : static_cast<std::uint32_t>(extents.size());
  event.is_refusal = refusal == nullptr ? 0 : 1;
  PutText(row.operation, event.operation);
  PutText(facts.source.view(), event.source);
  PutText(refusal == nullptr ? "ok" : LogWord(refusal->reason), event.reason);
  PutText(refusal != nullptr && refusal->deny_remains ? "deny" : "", event.setgroups);
  PutText(facts.writable_file == nullptr ? "" : facts.writable_file, event.writable_file);
  PutText(facts.account.view(), event.account);
  PutText(map.view(), event.map);
}

Result<void> ReadAuditAnswer(const AuditAnswer& answer) {
  switch (answer.outcome) {
    case AuditOutcome::kRecorded:
    case AuditOutcome::kNobodyListens: return {};
    case AuditOutcome::kFailed: return Failure{.reason = Reason::kAuditFailed, .error_number = answer.error_number};
  }
  return Failure{.reason = Reason::kAuditEnded};
}

}  // namespace uidmap
