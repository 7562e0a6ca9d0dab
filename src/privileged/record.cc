// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/record.h"

#include <unistd.h>

#include <utility>

#include "core/attributes.h"
#include "privileged/companion_start.h"
#include "system/audit_state.h"

namespace uidmap {

void Record::OpenLog() {
  was_opened_ = true;
  Result<LogSocket> log = LogSocket::Open();
  if (!log.has_value()) {
    log_opened_ = log.error();
    return;
  }
  log_ = std::move(log).Take();
}

Result<void> Record::Open(DormantPrivileges& dormant) {
  facts.caller = dormant.caller();
  OpenLog();
  if (dormant.CanAudit() && IsAuditOn()) {
    Result<AuditClient> audit = StartAudit(dormant);
    if (audit.has_value()) {
      audit_ = std::move(audit).Take();
    } else {
      audit_started_ = audit.error();
    }
  }
  return dormant.GiveUpAuditing();
}

Result<void> Record::Put(const Failure* refusal) {
  Result<void> logged;
  if (log_.is_open()) logged = log_.Send(RenderLogLine(row_, facts, getpid(), refusal).view());
  if (audit_.is_running()) {
    UIDMAP_UNINITIALIZED AuditEvent event;
    PutEvent(row_, facts, refusal, event);
    TRY(audit_.Tell(event));
  }
  return logged;
}

Result<void> Record::Grant() {
  TRY(log_opened_);
  // Inherited descriptors may have left none to see with whether audit is on; they are closed now.
  if (!audit_started_.has_value() && IsAuditOn()) return audit_started_;
  return Put(nullptr);
}

void Record::Refuse(const Failure& failure) {
  // Programs that look whether the tools are there start them without arguments.
  if (failure.reason == Reason::kNoArguments) return;
  // What failed may have come before Open(). No second attempt: it would come after Confine().
  if (!was_opened_) OpenLog();
  static_cast<void>(Put(&failure).has_value());
}

std::array<int, 3> Record::descriptors() const {
  const auto [watch, socket] = audit_.descriptors();
  return {log_.descriptor(), watch, socket};
}

}  // namespace uidmap
