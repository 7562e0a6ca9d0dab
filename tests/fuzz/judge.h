// SPDX-License-Identifier: BSD-3-Clause
// The naive model of a whole run: who asks, what the sources grant him, and what he may map by what right.
#pragma once

#include <optional>

#include "core/lookup_protocol.h"
#include "request.h"

namespace fuzz::naive {

using uidmap::LookupOutcome;

struct Case {
  const uidmap::MapKindRow* row;
  Number uid, gid, target_uid, target_gid;
  std::vector<std::string> arguments;
  std::string nsswitch, passwd, login_defs, grants, parent;
  bool has_grants, has_policy;
  LookupOutcome account, policy, ranges;
  Number account_gid;
  std::string account_name, granted;

  [[nodiscard]] bool is_uid() const { return row->kind == uidmap::MapKind::kUid; }
};
struct Person {
  std::vector<std::string> names;
  std::optional<Number> group;
};

inline bool IsName(const std::string& name) {
  const bool is_clean = std::all_of(name.begin(), name.end(), [](char byte) {
    return static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f && byte != ':';
  });
  return is_clean && !name.empty() && name[0] != '+' && name[0] != '-';
}

// None: it cannot be said who asks.
inline std::optional<Person> WhoAsks(const Case& run, const Services& services) {
  const Account local = AccountOf(run.passwd, run.uid);
  if (AreTooMany(local.names)) return std::nullopt;
  Person person = {local.names, local.group};
  if (services.accounts >= 2 || (services.accounts == 1 && !local.group)) {
    if (run.account == LookupOutcome::kUnknown) return Person();
    const std::string name = std::string(run.account_name.c_str()).substr(0, 255);
    if (run.account != LookupOutcome::kYes || run.account_gid >= kNoId || !IsName(name)) return std::nullopt;
    person = {{name}, run.account_gid};
    for (const std::string& other : local.names) {
      if (services.accounts != 3 && other != name) person.names.push_back(other);
    }
  }
  if (AreTooMany(person.names)) return std::nullopt;
  return person;
}

inline bool HasUsefulName(const Person& person) { return !person.names.empty() && person.names[0].size() <= 255; }

inline bool IsAdmitted(const Case& run, const Person& person) {
  if (!run.has_policy) return true;
  return HasUsefulName(person) && run.policy == LookupOutcome::kYes;
}

inline Range Outside(const Extent& extent) { return {extent.outside, extent.outside + extent.count - 1}; }

inline bool IsOwn(const Case& run, const Extent& extent) {
  return extent.count == 1 && extent.outside == (run.is_uid() ? run.uid : run.gid);
}

// What the sources grant; none if one of them cannot be asked. The first that knows the caller is the last one.
inline std::optional<std::vector<Range>> GrantedTo(const Case& run, const Person& person,
                                                   std::vector<std::string> services,
                                                   const std::vector<Extent>& asked) {
  if (services.empty()) services = {"files"};
  const bool needs_none = run.is_uid() && std::all_of(asked.begin(), asked.end(),
                                                      [&](const Extent& extent) { return IsOwn(run, extent); });
  for (const std::string& service : services) {
    std::vector<Range> granted;
    if (service == "files") {
      if (run.has_grants) granted = GrantsOf(run.grants, run.uid, person.names);
      if (!granted.empty() || (run.has_grants && needs_none)) return granted;
      continue;
    }
    if (!HasUsefulName(person)) return std::nullopt;
    if (run.ranges == LookupOutcome::kUnknown) continue;
    if (run.ranges != LookupOutcome::kYes) return std::nullopt;
    for (std::size_t i = 0; i < asked.size() && i < run.granted.size(); ++i) {
      if (run.granted[i] == '1') granted.push_back(Outside(asked[i]));
    }
    return granted;
  }
  return std::vector<Range>();
}

struct Verdict {
  bool is_allowed = false;
  bool must_deny = false;
  std::vector<Extent> asked;
};

inline Verdict Judge(const Case& run) {
  Verdict verdict;
  const Request request = RequestOf(run.arguments);
  const Services services = ServicesOf(run.nsswitch);
  verdict.asked = request.extents;
  if (services.is_refused) return verdict;
  const auto person = WhoAsks(run, services);
  if (!person || !IsAdmitted(run, *person)) return verdict;
  const auto granted = GrantedTo(run, *person, services.subid, request.extents);
  if (!granted || run.uid != run.target_uid || run.gid != run.target_gid) return verdict;
  const bool in_primary_group = person->group.value_or(run.gid) == run.gid;
  if (!in_primary_group && !MayUseAnyGroup(run.login_defs)) return verdict;
  verdict.is_allowed = true;
  verdict.must_deny = !run.is_uid();
  for (const Extent& extent : request.extents) {
    const bool is_granted = Covers(*granted, Outside(extent));
    if (!is_granted && !IsOwn(run, extent)) verdict.is_allowed = false;
    if (is_granted) verdict.must_deny = false;
  }
  return verdict;
}

}  // namespace fuzz::naive
