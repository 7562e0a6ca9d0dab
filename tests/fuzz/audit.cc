// SPDX-License-Identifier: BSD-3-Clause
// What the pair tell uidmap-audit, and what that gives to the kernel's audit: every text ends in its field, the
// record can be read back field by field, and no name of an account adds one. Answers that make no sense are
// failures.

// WITH: src/audit/send.cc.o
// LINK: -laudit -Wl,--wrap=audit_open,--wrap=audit_log_user_message

#include <fcntl.h>
#include <libaudit.h>

#include "audit/send.h"
#include "core/companion_protocol.h"
#include "facts.h"

namespace {

std::string sent;
int sent_result;
int kernel_says;

}  // namespace

extern "C" {
int __wrap_audit_open() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

int __wrap_audit_log_user_message(int /*fd*/, int type, const char* message, const char* /*host*/,
                                  const char* /*address*/, const char* /*terminal*/, int result) {
  CHECK(type == AUDIT_USYS_CONFIG);
  sent = message;
  sent_result = result;
  return kernel_says;
}
}

namespace {

// audit_encode_nv_string(3), read back.
std::string Decoded(const std::string& value) {
  if (value.starts_with('"')) {
    CHECK(value.size() >= 2 && value.ends_with('"'));
    return value.substr(1, value.size() - 2);
  }
  CHECK(value.size() % 2 == 0);
  std::string text;
  for (std::size_t i = 0; i < value.size(); i += 2) {
    text.push_back(static_cast<char>(strtoul(value.substr(i, 2).c_str(), nullptr, 16)));
  }
  return text;
}

void CheckEvent(const uidmap::AuditEvent& event) {
  CHECK(uidmap::Ends(event.operation) && uidmap::Ends(event.source) && uidmap::Ends(event.reason));
  CHECK(uidmap::Ends(event.setgroups) && uidmap::Ends(event.writable_file));
  CHECK(uidmap::Ends(event.account) && uidmap::Ends(event.map));
}

void CheckRecord(const uidmap::MapKindRow& row, const fuzz::Run& run) {
  const uidmap::RunFacts& facts = run.facts;
  CHECK(sent.size() < 8560 - 1000);  // libaudit adds what it knows of the process
  CHECK(sent_result == (run.refusal ? 0 : 1));
  auto fields = fuzz::FieldsOf(sent);
  fuzz::CheckField(fields, "op", row.kind == uidmap::MapKind::kUid ? "map-uids" : "map-gids");
  const std::string name = std::string(run.account.c_str()).substr(0, 255);
  CHECK(Decoded(fuzz::Take(fields, "acct").value_or("")) == (name.empty() ? "?" : name));
  fuzz::CheckField(fields, "id", std::to_string(facts.caller.uid.value));
  fuzz::CheckField(fields, "opid", facts.target_process == 0 ? "" : std::to_string(facts.target_process));
  fuzz::CheckMap(fields, facts.request.extents.view(), 4095);
  fuzz::CheckField(fields, "source", facts.source.view());
  fuzz::CheckField(fields, "writable", facts.writable_file == nullptr ? "" : facts.writable_file);
  fuzz::CheckField(fields, "setgroups", run.refusal && run.refusal->deny_remains ? "deny" : "");
  fuzz::CheckField(fields, "reason", run.refusal ? uidmap::LogWord(run.refusal->reason) : "ok");
  CHECK(fields.empty());
}

void CheckAnswer(const uidmap::MapKindRow& row, uidmap::AuditAnswer answer) {
  const auto outcome = static_cast<std::uint32_t>(answer.outcome);
  const auto read = uidmap::ReadAuditAnswer(answer);
  CHECK(read.has_value() == (outcome == 1 || outcome == 2));
  if (!read.has_value()) fuzz::CheckMessage(row, read.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  const auto outcome = static_cast<uidmap::AuditOutcome>(input.NextNumber());
  CheckAnswer(row, {outcome, static_cast<int>(input.NextNumber())});
  kernel_says = static_cast<int>(input.NextNumber() % 3) - 1;
  const fuzz::Run run = fuzz::RunOf(input);

  static uidmap::AuditEvent event;
  uidmap::PutEvent(row, run.facts, run.failure(), event);
  CheckEvent(event);
  const uidmap::AuditAnswer answer = uidmap::SendEvent(event);
  CheckRecord(row, run);
  const bool is_taken = uidmap::ReadAuditAnswer(answer).has_value();
  CHECK(is_taken == (kernel_says >= 0));
  return 0;
}
