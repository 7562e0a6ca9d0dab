// SPDX-License-Identifier: BSD-3-Clause
#include "audit/send.h"

#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>

#include <string_view>

#include "core/companion_protocol.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

// The kernel keeps 8,560 bytes of a record and drops the rest, libaudit's own fields at its end among them.
using Record = BoundedText<6144>;
static_assert(sizeof(AuditEvent) + 4 * sizeof(AuditEvent::account) < 6144);

void AppendWord(Record& record, std::string_view key, std::string_view word) {
  if (word.empty()) return;
  record.Append(key);
  record.Append(word);
}

void AppendNumber(Record& record, std::string_view key, std::uint64_t number) {
  record.Append(key);
  record.AppendDecimal(number);
}

// audit_encode_nv_string(3): in quotes, or in hexadecimal digits if anything in it could be taken for another field.
bool AppendAccount(Record& record, const AuditEvent& event) {
  const std::string_view account = TextIn(event.account);
  char* const encoded = audit_encode_nv_string("acct", account.empty() ? "?" : event.account.data(), 0);
  if (encoded == nullptr) return false;
  AppendWord(record, " ", encoded);
  free(encoded);
  return true;
}

// False if there is no memory. Names are those of the audit field dictionary as far as it has one; what is not in
// it is a bare word.
bool Compose(const AuditEvent& event, Record& record) {
  AppendWord(record, "op=", TextIn(event.operation));
  if (!AppendAccount(record, event)) return false;
  AppendNumber(record, " id=", event.uid);
  if (event.target_process != 0) AppendNumber(record, " opid=", event.target_process);
  AppendWord(record, " map=", TextIn(event.map));
  if (event.range_count != 0) AppendNumber(record, " ranges=", event.range_count);
  AppendWord(record, " source=", TextIn(event.source));
  AppendWord(record, " writable=", TextIn(event.writable_file));
  AppendWord(record, " setgroups=", TextIn(event.setgroups));
  AppendWord(record, " reason=", TextIn(event.reason));
  record.AppendByte('\0');
  return !record.overflowed();
}

AuditAnswer Failed(int error_number) { return {AuditOutcome::kFailed, error_number}; }

// audit_open(3): a kernel without audit.
bool HasNoAudit(int error_number) {
  return error_number == EINVAL || error_number == EPROTONOSUPPORT || error_number == EAFNOSUPPORT;
}

}  // namespace

AuditAnswer SendEvent(const AuditEvent& event) {
  Record record;
  if (!Compose(event, record)) return Failed(ENOMEM);
  const UniqueFd audit(audit_open());
  if (!audit.is_open()) return HasNoAudit(errno) ? AuditAnswer{AuditOutcome::kNobodyListens, errno} : Failed(errno);
  // Empty texts instead of null: libaudit would ask name services for a host, and look for a terminal.
  errno = 0;
  const int sent = audit_log_user_message(audit.get(), AUDIT_USYS_CONFIG, record.view().data(), nullptr, "", "",
                                          event.is_refusal == 0 ? 1 : 0);
  if (sent > 0) return {AuditOutcome::kRecorded, 0};
  // 0 is how it hides that the kernel takes no records from here: from inside a user namespace, or because a security
  // module forbids it (kernel: audit_netlink_ok()).
  return sent == 0 ? AuditAnswer{AuditOutcome::kNobodyListens, errno} : Failed(errno);
}

}  // namespace uidmap
