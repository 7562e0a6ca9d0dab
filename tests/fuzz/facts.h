// SPDX-License-Identifier: BSD-3-Clause
// What is known of a run, from an input, and how a record of it is read back.
#pragma once

#include <optional>

#include "core/record.h"
#include "request.h"

namespace fuzz {

struct Run {
  uidmap::RunFacts facts;
  std::optional<uidmap::Failure> refusal;
  int own_process = 0;
  std::string account;  // whole, while `facts` may have it cut

  [[nodiscard]] const uidmap::Failure* failure() const { return refusal ? &*refusal : nullptr; }
};

// Names of sources are names of services (IsServiceName), and the file is one of ours; the account is anybody's.
inline Run RunOf(Input& input) {
  Run run;
  uidmap::RunFacts& facts = run.facts;
  facts.caller = {{input.NextNumber()}, {0}};
  facts.target_process = input.NextNumber();
  run.own_process = static_cast<int>(input.NextNumber() % 4'194'305);
  constexpr const char* kFiles[] = {nullptr, "/etc/passwd", "/etc/nsswitch.conf", "/etc/subuid"};
  facts.writable_file = kFiles[input.NextNumber() % 4];
  const std::uint32_t reason = input.NextNumber() % static_cast<std::uint32_t>(uidmap::Reason::kCount);
  const bool deny_remains = input.NextNumber() % 2 == 1;
  if (reason != 0) run.refusal = {.reason = static_cast<uidmap::Reason>(reason), .deny_remains = deny_remains};
  run.account = input.Section();
  uidmap::Caller caller;
  // A name that there is no room for ends a run before it is anybody's.
  if (!caller.names.Add(run.account)) run.account.clear();
  uidmap::PutAccount(caller, facts);
  if (const std::string source = input.Section(); naive::IsServiceName(source)) facts.source.Append(source);
  const std::vector<std::string> arguments = naive::ArgumentsOf(input);
  const auto request = uidmap::ParseRequest(naive::Argv(arguments));
  if (request.has_value()) facts.request = *request;
  return run;
}

struct Field {
  std::string key, value;
};

// A record, as a program reads it that knows no quotes: at every blank a field begins, and its first equals sign ends
// the key. No key comes twice.
inline std::vector<Field> FieldsOf(const std::string& record) {
  CHECK(IsPrintable(record));
  std::vector<Field> fields;
  for (const std::string& word : naive::Split(record, " ")) {
    const auto equals = word.find('=');
    CHECK(equals != std::string::npos && equals > 0);
    const Field field = {word.substr(0, equals), word.substr(equals + 1)};
    for (const Field& other : fields) CHECK(other.key != field.key);
    fields.push_back(field);
  }
  return fields;
}

// The value of the next field, if it is called `key`.
inline std::optional<std::string> Take(std::vector<Field>& fields, std::string_view key) {
  if (fields.empty() || fields.front().key != key) return std::nullopt;
  const std::string value = fields.front().value;
  fields.erase(fields.begin());
  return value;
}

// A field that is there if and only if `expected` is not empty.
inline void CheckField(std::vector<Field>& fields, std::string_view key, std::string_view expected) {
  CHECK(Take(fields, key).value_or("") == expected);
}

// The map is that of the request, from its first extent on, and it is said how many there are if not all have room.
inline void CheckMap(std::vector<Field>& fields, std::span<const uidmap::Extent> asked, std::size_t room) {
  std::vector<naive::Extent> listed;
  std::size_t length = 0;
  for (const naive::Extent& extent : naive::Plainly(asked)) {
    length += std::to_string(extent.inside).size() + std::to_string(extent.outside).size() +
              std::to_string(extent.count).size() + (listed.empty() ? 2 : 3);
    if (length > room) break;
    listed.push_back(extent);
  }
  std::string text;
  for (const naive::Extent& extent : listed) {
    text += (text.empty() ? "" : ",") + std::to_string(extent.inside) + ":" + std::to_string(extent.outside) + ":" +
            std::to_string(extent.count);
  }
  CheckField(fields, "map", text);
  CheckField(fields, "ranges", listed.size() < asked.size() ? std::to_string(asked.size()) : "");
}

}  // namespace fuzz
