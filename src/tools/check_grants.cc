// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "core/decision.h"
#include "core/extents.h"
#include "system/caller.h"
#include "system/own_namespace.h"
#include "system/parent_map.h"
#include "tools/checks.h"
#include "tools/grant_lines.h"
#include "tools/lookup_start.h"
#include "tools/owner_ranges.h"
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
  std::size_t ranges = 0;    // as they are listed, which is how engines ask for them
  std::uint64_t listed = 0;  // ids in all of them
  std::uint64_t granted = 0;
  std::uint64_t usable = 0;  // exist here
  bool has_own = false;      // the caller's own id is among them
};

void Count(const IdRanges& ranges, const ParentMap& map, std::uint32_t own, Held& held) {
  for (const IdRange& range : ranges.view()) {
    held.granted += SizeOf(range);
    held.usable += CountHere(range, map);
    held.has_own = held.has_own || (range.first <= own && own <= range.last);
  }
}

// A range of somebody else's would share his containers' files with the caller.
std::string AddRange(const MapKindRow& row, const Caller& caller, SourceState state) {
  const auto range = FindFreeRange(row, kIdsOfAnImage);
  const bool exists = range && CountHere(*range, ReadParentMap(row)) == kIdsOfAnImage;
  if (caller.names.size() == 0) {
    const std::string numbers = exists ? fmt::format("{}:{}", range->first, kIdsOfAnImage) : "FIRST:COUNT";
    return fmt::format("echo {}:{} >> {}", caller.uid.value, numbers, row.grant_file);
  }
  const std::string numbers = exists ? fmt::format("{}-{}", range->first, range->last) : "FIRST-LAST";
  const std::string add =
      fmt::format("usermod --add-sub{}s {} {}", row.id_word, numbers, ShellWord(caller.names.First()));
  // usermod(8) makes no such file.
  return state == SourceState::kAbsent ? fmt::format("install -m 644 /dev/null {} && {}", row.grant_file, add) : add;
}

bool IsPlugin(const DecidedBy& decided) { return !decided.plugin.view().empty(); }

std::string SourceWords(const MapKindRow& row, const DecidedBy& decided) {
  if (!IsPlugin(decided)) return row.grant_file;
  return fmt::format("the subid service {}", decided.plugin.view());
}

// Engines ask for each range as it is listed, in one map with the caller's own id.
std::string WhyNoMapTakesAll(const MapKindRow& row, const std::string& source, const Held& held) {
  if (held.ranges >= kMaxExtents) {
    return fmt::format(
        "{} grants {} ranges of {}s; engines ask for all of them and the caller's own id in one map, "
        "which can have {} ranges",
        source, held.ranges, row.id_word, kMaxExtents);
  }
  if (held.listed != held.granted) {
    return fmt::format(
        "{} grants some {}s twice; engines ask for each range as it is listed, and no map can have an "
        "id twice",
        source, row.id_word);
  }
  return {};
}

Finding JudgeHeld(const MapKindRow& row, const Caller& caller, const DecidedBy& decided, const Held& held) {
  const std::string source = SourceWords(row, decided);
  const std::string more = IsPlugin(decided) ? std::string() : AddRange(row, caller, decided.state);
  const std::string list = fmt::format("getsubids {}{}", row.kind == MapKind::kUid ? "" : "-g ", caller.uid.value);
  const std::string check = fmt::format("grants-{}", row.id_word);
  if (held.granted == 0 && caller.uid.value == 0 && InInitialUserNamespace()) {
    return {Severity::kWarning, check,
            fmt::format("{} grants no {}s to root, who seldom needs any; ask as the user who starts containers",
                        source, row.id_word),
            "runuser -u USER -- uidmap-doctor"};
  }
  if (held.granted == 0) {
    return {Severity::kProblem, check,
            fmt::format("{} grants no {}s to uid {}", source, row.id_word, caller.uid.value), more};
  }
  if (const std::string why = WhyNoMapTakesAll(row, source, held); !why.empty()) {
    return {Severity::kProblem, check, why, list};
  }
  if (held.usable == 0) {
    return {Severity::kProblem, check,
            fmt::format("{} grants {} {}s, none of which exists in this user namespace", source, held.granted,
                        row.id_word),
            fmt::format("cat /proc/self/{}; {}", row.map_file, list)};
  }
  if (held.usable < held.granted) {
    return {
        Severity::kProblem, check,
        fmt::format("{} grants {} {}s, of which only {} exist in this user namespace; engines ask for all of them",
                    source, held.granted, row.id_word, held.usable),
        fmt::format("cat /proc/self/{}; {}", row.map_file, list)};
  }
  if (held.has_own) {
    return {
        Severity::kWarning, check,
        fmt::format("{} grants {} {}s, the caller's own among them: engines that map it beside the range ask for it "
                    "twice, which is refused",
                    source, held.granted, row.id_word),
        list};
  }
  if (held.granted + 1 < kIdsOfAnImage) {
    return {Severity::kWarning, check,
            fmt::format("{} grants {} {}s; images may use ids up to 65535", source, held.granted, row.id_word), more};
  }
  return {Severity::kOk, check, fmt::format("{} grants {} {}s", source, held.granted, row.id_word), ""};
}

// Whichever source decides, and all that it lists.
Result<void> CheckRanges(const MapKindRow& row, const Caller& caller, const SubidServices& services,
                         Findings& findings) {
  const auto held = std::make_unique<IdRanges>();
  Held counted;
  const auto take = [&](const IdRange& range) {
    ++counted.ranges;
    counted.listed += SizeOf(range);
    [[maybe_unused]] const bool had_room = held->Add(range);  // far more than a map can have, see kMaxExtents
  };
  const DecidedBy decided = TRY(ForEachRangeOf(row, {.uid = caller.uid, .names = caller.names}, services, take));
  if (decided.knowledge == Knowledge::kDoesNotKnowCaller && services.HavePlugin()) {
    findings.push_back({Severity::kProblem, fmt::format("grants-{}", row.id_word),
                        fmt::format("no source on the subid: line of /etc/nsswitch.conf knows the caller, so no {}s "
                                    "are granted",
                                    row.id_word),
                        "grep subid: /etc/nsswitch.conf"});
    return {};
  }
  const std::uint32_t own = row.kind == MapKind::kUid ? caller.uid.value : caller.gid.value;
  Count(*held, ReadParentMap(row), own, counted);
  findings.push_back(JudgeHeld(row, caller, decided, counted));
  return {};
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
  const Result<void> checked = CheckRanges(row, caller, identity.services.subid, findings);
  if (!checked.has_value()) AddFailure(row, fmt::format("grants-{}", row.id_word), checked.error(), findings);
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
