// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "core/decision.h"
#include "system/caller.h"
#include "system/grant_file.h"
#include "system/grants.h"
#include "system/parent_map.h"
#include "tools/checks.h"
#include "tools/grant_lines.h"
#include "tools/lookup_start.h"
#include "tools/refusal_words.h"
#include "tools/words.h"

namespace uidmap {
namespace {

// What images are made for: ids 0 to 65535.
constexpr std::uint32_t kIdsOfAnImage = 65536;

// `check` unless the refusal is about something that has a check of its own.
void AddFailure(const MapKindRow& row, std::string check, const Failure& failure, Findings& findings) {
  const RefusalWords words = WordsOf(row, failure);
  const auto is_between = [&](Reason first, Reason last) {
    return first <= failure.reason && failure.reason <= last;
  };
  if (is_between(Reason::kPolicyUnavailable, Reason::kPolicyWithoutName)) check = "pam";
  if (is_between(Reason::kLookupMissing, Reason::kLookupDisturbed)) check = "lookup";
  findings.push_back(
      {Severity::kProblem, check, fmt::format("{} would refuse: {}", row.program, words.reason), words.hint});
}

// The group only counts where there is an account (decision.cc).
void CheckGroup(const Caller& caller, Findings& findings) {
  const Gid primary = caller.primary_group.value_or(caller.gid);
  if (primary == caller.gid) {
    findings.push_back(
        {Severity::kOk, "group", fmt::format("the group is {}, as the account has it", caller.gid.value), ""});
  } else if (caller.group_rule == GroupRule::kAnyOfHis) {
    findings.push_back({Severity::kOk, "group",
                        fmt::format("the group is {}, not the account's {}, which /etc/login.defs allows",
                                    caller.gid.value, primary.value),
                        ""});
  } else {
    findings.push_back(
        {Severity::kProblem, "group",
         fmt::format("the group is {}, and the account's is {}: nothing is mapped from another group, unless "
                     "/etc/login.defs says GRANT_AUX_GROUP_SUBIDS yes",
                     caller.gid.value, primary.value),
         fmt::format("newgrp \"$(getent group {} | cut -d: -f1)\"", primary.value)});
  }
}

std::uint64_t SizeOf(const IdRange& range) { return std::uint64_t{range.last} - range.first + 1; }

// How many ids of `range` exist in this user namespace.
std::uint64_t CountHere(const IdRange& range, const ParentMap& map) {
  std::uint64_t count = 0;
  for (const IdRange& piece : map.pieces()) {
    const std::uint32_t first = std::max(piece.first, range.first);
    const std::uint32_t last = std::min(piece.last, range.last);
    if (first <= last) count += SizeOf({first, last});
  }
  return count;
}

struct Held {
  std::uint64_t granted = 0;
  std::uint64_t usable = 0;  // exist here
  bool has_own = false;      // the caller's own id is among them
};

Held Count(const IdRanges& ranges, const ParentMap& map, std::uint32_t own) {
  Held held;
  for (const IdRange& range : ranges.view()) {
    held.granted += SizeOf(range);
    held.usable += CountHere(range, map);
    held.has_own = held.has_own || (range.first <= own && own <= range.last);
  }
  return held;
}

// A range of somebody else's would share his containers' files with the caller.
std::string AddRange(const MapKindRow& row, const Caller& caller) {
  const auto range = FindFreeRange(row, kIdsOfAnImage);
  const bool exists = range && CountHere(*range, ReadParentMap(row)) == kIdsOfAnImage;
  if (caller.names.size() == 0) {
    const std::string numbers = exists ? fmt::format("{}:{}", range->first, kIdsOfAnImage) : "FIRST:COUNT";
    return fmt::format("echo {}:{} >> {}", caller.uid.value, numbers, row.grant_file);
  }
  const std::string numbers = exists ? fmt::format("{}-{}", range->first, range->last) : "FIRST-LAST";
  return fmt::format("usermod --add-sub{}s {} {}", row.id_word, numbers, ShellWord(caller.names.First()));
}

Finding JudgeHeld(const MapKindRow& row, const Caller& caller, const Held& held) {
  const std::string check = fmt::format("grants-{}", row.id_word);
  if (held.granted == 0) {
    return {Severity::kProblem, check,
            fmt::format("{} grants no {}s to uid {}", row.grant_file, row.id_word, caller.uid.value),
            AddRange(row, caller)};
  }
  if (held.usable == 0) {
    return {Severity::kProblem, check,
            fmt::format("{} grants {} {}s, none of which exists in this user namespace", row.grant_file, held.granted,
                        row.id_word),
            fmt::format("cat /proc/self/{} {}", row.map_file, row.grant_file)};
  }
  if (held.usable < held.granted) {
    return {
        Severity::kProblem, check,
        fmt::format("{} grants {} {}s, of which only {} exist in this user namespace; engines ask for all of them",
                    row.grant_file, held.granted, row.id_word, held.usable),
        fmt::format("cat /proc/self/{} {}", row.map_file, row.grant_file)};
  }
  if (held.has_own) {
    return {
        Severity::kWarning, check,
        fmt::format("{} grants {} {}s, the caller's own among them: engines that map it beside the range ask for it "
                    "twice, which is refused",
                    row.grant_file, held.granted, row.id_word),
        fmt::format("grep -n . {}", row.grant_file)};
  }
  if (held.granted + 1 < kIdsOfAnImage) {
    return {
        Severity::kWarning, check,
        fmt::format("{} grants {} {}s; images may use ids up to 65535", row.grant_file, held.granted, row.id_word),
        AddRange(row, caller)};
  }
  return {Severity::kOk, check, fmt::format("{} grants {} {}s", row.grant_file, held.granted, row.id_word), ""};
}

// A plugin says of a range whether it is granted, and with it whether it knows the user.
void CheckPlugins(const MapKindRow& row, const Caller& caller, const LocalIdentity& identity, LookupClient& lookup,
                  Findings& findings) {
  ExtentList asked;
  asked.Append({.inside = {0}, .outside = {kLargestId}, .count = 1});
  const auto granted = std::make_unique<Grants>();
  const Result<void> gathered = GatherGrants(row, caller, identity.services.subid, asked.view(), lookup, *granted);
  const std::string check = fmt::format("grants-{}", row.id_word);
  if (!gathered.has_value()) {
    AddFailure(row, check, gathered.error(), findings);
  } else if (granted->knowledge == Knowledge::kDoesNotKnowCaller) {
    findings.push_back(
        {Severity::kProblem, check,
         fmt::format("no source on the subid: line of /etc/nsswitch.conf knows the caller, so no {}s are "
                     "granted",
                     row.id_word),
         "grep subid: /etc/nsswitch.conf"});
  } else if (!granted->plugin.view().empty()) {
    findings.push_back(
        {Severity::kOk, check,
         fmt::format("the subid service {} answers and knows the caller; it decides what he is granted",
                     granted->plugin.view()),
         ""});
  }
}

bool FilesDecide(const LocalIdentity& identity, const MapKindRow& row, const Caller& caller, LookupClient& lookup) {
  if (!identity.services.subid.HavePlugin()) return true;
  ExtentList asked;
  asked.Append({.inside = {0}, .outside = {kLargestId}, .count = 1});
  const auto granted = std::make_unique<Grants>();
  return GatherGrants(row, caller, identity.services.subid, asked.view(), lookup, *granted).has_value() &&
         granted->knowledge == Knowledge::kKnowsCaller && granted->plugin.view().empty();
}

void CheckFile(const MapKindRow& row, const Caller& caller, Findings& findings) {
  const auto held = std::make_unique<IdRanges>();
  const Result<void> read = ReadHeldRanges(row, caller, *held);
  if (!read.has_value()) return AddFailure(row, fmt::format("grants-{}", row.id_word), read.error(), findings);
  const std::uint32_t own = row.kind == MapKind::kUid ? caller.uid.value : caller.gid.value;
  findings.push_back(JudgeHeld(row, caller, Count(*held, ReadParentMap(row), own)));
}

void AddAccount(const MapKindRow& row, const LocalIdentity& identity, const Caller& caller, Findings& findings) {
  if (identity.policy == Policy::kExists) {
    findings.push_back(
        {Severity::kOk, "pam", fmt::format("the PAM policy for {} admits the caller", row.program), ""});
  }
  if (row.kind != MapKind::kUid) return;
  if (caller.names.size() == 0) {
    findings.push_back({Severity::kWarning, "account",
                        fmt::format("uid {} has no account; ranges can be granted to the number", caller.uid.value),
                        fmt::format("getent passwd {}", caller.uid.value)});
  } else {
    findings.push_back(
        {Severity::kOk, "account", fmt::format("uid {} is {}", caller.uid.value, Quoted(caller.names.First())), ""});
  }
  CheckGroup(caller, findings);
}

Result<void> CheckKind(const MapKindRow& row, Findings& findings) {
  const LocalIdentity identity = TRY(IdentifyLocally(row, OwnIds()));
  LookupClient lookup = identity.NeedsLookup() ? TRY(StartLookupForTool()) : LookupClient();
  const Caller caller = TRY(CompleteIdentity(row, identity, lookup));
  AddAccount(row, identity, caller, findings);
  if (FilesDecide(identity, row, caller, lookup)) {
    CheckFile(row, caller, findings);
  } else {
    CheckPlugins(row, caller, identity, lookup, findings);
  }
  return {};
}

}  // namespace

void CheckGrants(const Surroundings&, Findings& findings) {
  for (const MapKindRow& row : kMapKinds) {
    const Result<void> done = CheckKind(row, findings);
    if (!done.has_value()) AddFailure(row, "account", done.error(), findings);
  }
}

}  // namespace uidmap
