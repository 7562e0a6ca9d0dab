// SPDX-License-Identifier: BSD-3-Clause
// A line for the system log can be read back field by field, and says of each what the run knew; no name of an
// account adds a field, a line or a control character, and none makes the line too long.
#include "facts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  const fuzz::Run run = fuzz::RunOf(input);
  const uidmap::RunFacts& facts = run.facts;
  const uidmap::LogLine line = uidmap::RenderLogLine(row, facts, run.own_process, run.failure());

  CHECK(!line.overflowed() && line.view().size() <= 1024);
  const std::string head =
      (run.refusal ? "<84>" : "<86>") + std::string(row.program) + "[" + std::to_string(run.own_process) + "]: ";
  CHECK(line.view().starts_with(head));
  auto fields = fuzz::FieldsOf(std::string(line.view().substr(head.size())));
  const auto number = [](std::uint32_t value, std::uint32_t unknown) {
    return value == unknown ? std::string() : std::to_string(value);
  };
  fuzz::CheckField(fields, "op", row.kind == uidmap::MapKind::kUid ? "map-uids" : "map-gids");
  fuzz::CheckField(fields, "uid", number(facts.caller.uid.value, 4294967295));
  for (const fuzz::Field& field : fields) CHECK(field.value.find('=') == std::string::npos);
  const std::string account = fuzz::Unquoted(fuzz::Take(fields, "acct").value_or(""));
  const std::string name = run.account.empty() ? "?" : run.account;
  CHECK(account == (name.size() > 64 ? name.substr(0, 64) + "..." : name));
  fuzz::CheckField(fields, "opid", number(facts.target_process, 0));
  fuzz::CheckMap(fields, facts.request.extents.view(), 480);
  fuzz::CheckField(fields, "source", facts.source.view());
  fuzz::CheckField(fields, "writable", facts.writable_file == nullptr ? "" : facts.writable_file);
  if (run.refusal) fuzz::CheckField(fields, "reason", uidmap::LogWord(run.refusal->reason));
  fuzz::CheckField(fields, "setgroups", run.refusal && run.refusal->deny_remains ? "deny" : "");
  fuzz::CheckField(fields, "res", run.refusal ? "failed" : "success");
  CHECK(fields.empty());
  return 0;
}
