// SPDX-License-Identifier: BSD-3-Clause
#include "core/record.h"

#include <syslog.h>

#include "core/quoted.h"

namespace uidmap {
namespace {

// What is left of a LogLine when every other field is as long as it can be.
constexpr std::size_t kRoomForMap = 480;
constexpr std::size_t kLongestLoggedName = 64;  // bytes, of which each can take four

void AppendNumber(LogLine& line, std::string_view key, std::uint64_t number) {
  line.Append(key);
  line.AppendDecimal(number);
}

void AppendWord(LogLine& line, std::string_view key, std::string_view word) {
  if (word.empty()) return;
  line.Append(key);
  line.Append(word);
}

void AppendAccount(LogLine& line, std::string_view account) {
  BoundedText<kLongestLoggedName> name;
  name.Append(account.empty() ? "?" : account);
  line.Append(" acct=");
  AppendQuoted(line, name, QuotedFor::kRecord);
}

void AppendMap(LogLine& line, std::span<const Extent> extents) {
  if (extents.empty()) return;
  line.Append(" map=");
  if (AppendExtents(line, extents, kRoomForMap) < extents.size()) AppendNumber(line, " ranges=", extents.size());
}

}  // namespace

SourceName SourceOf(const Grants& granted, const Result<ApprovedMap>& decided) {
  SourceName source;
  if (decided.has_value() && (*decided).basis() == Basis::kOwnIdAlone) {
    source.Append("own");
  } else {
    source.Append(granted.plugin.view().empty() ? kFilesService : granted.plugin.view());
  }
  return source;
}

void PutAccount(const Caller& caller, RunFacts& facts) {
  facts.account = {};
  facts.account.Append(caller.names.First());
}

LogLine RenderLogLine(const MapKindRow& row, const RunFacts& facts, int own_process, const Failure* refusal) {
  LogLine line;
  AppendNumber(line, "<", static_cast<unsigned>(LOG_AUTHPRIV | (refusal == nullptr ? LOG_INFO : LOG_WARNING)));
  AppendWord(line, ">", row.program);
  AppendNumber(line, "[", static_cast<unsigned>(own_process));
  AppendWord(line, "]: op=", row.operation);
  if (facts.caller.uid.value != kNoId) AppendNumber(line, " uid=", facts.caller.uid.value);
  AppendAccount(line, facts.account.view());
  if (facts.target_process != 0) AppendNumber(line, " opid=", facts.target_process);
  AppendMap(line, facts.request.extents.view());
  AppendWord(line, " source=", facts.source.view());
  if (facts.writable_file != nullptr) AppendWord(line, " writable=", facts.writable_file);
  if (refusal == nullptr) {
    line.Append(" res=success");
  } else {
    AppendWord(line, " reason=", LogWord(refusal->reason));
    AppendWord(line, " setgroups=", refusal->deny_remains ? "deny" : "");
    line.Append(" res=failed");
  }
  return line;
}

}  // namespace uidmap
