// SPDX-License-Identifier: BSD-3-Clause
#include "core/lookup_protocol.h"

#include <algorithm>
#include <cstddef>

#include "core/companion_protocol.h"

namespace uidmap {
namespace {

Failure Misspoken() { return {.reason = Reason::kLookupMisspoke}; }

// No byte that separates fields or lines or moves a cursor, and not the mark of an entry for NIS. Names of Windows
// domains have blanks and backslashes in them.
bool IsAccountName(std::string_view name) {
  if (name.empty() || name.front() == '+' || name.front() == '-') return false;
  return std::all_of(name.begin(), name.end(), [](char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code >= 0x20 && code != 0x7f && byte != ':';
  });
}

Failure SourceFailure(Reason reason, std::string_view source, const LookupAnswer& answer) {
  Failure failure = FailureOf(reason, source, answer.detail);
  failure.said.Append(TextIn(answer.text));
  failure.numbers[0] = static_cast<std::uint32_t>(answer.detail);
  return failure;
}

// What every answer must be before anything else in it counts.
Result<void> Judge(const LookupAnswer& answer, LookupQuestion asked) {
  const bool well_formed = answer.question == asked && Ends(answer.name) && Ends(answer.text);
  if (!well_formed) return Misspoken();
  return {};
}

// What a plugin's service says about the user, before what it grants to him.
Result<Knowledge> JudgePlugin(const LookupAnswer& answer, const LookupQuery& query) {
  TRY(Judge(answer, query.question));
  const std::string_view service = TextIn(query.service);
  switch (answer.outcome) {
    case LookupOutcome::kYes: return Knowledge::kKnowsCaller;
    case LookupOutcome::kUnknown: return Knowledge::kDoesNotKnowCaller;
    case LookupOutcome::kUnavailable: return SourceFailure(Reason::kSubidSourceFailed, service, answer);
    case LookupOutcome::kUnfit: return SourceFailure(Reason::kSubidPluginUnfit, service, answer);
    default: return Misspoken();
  }
}

}  // namespace

LookupQuery AskForAccount(MapKind kind) {
  LookupQuery query = {};
  query.question = LookupQuestion::kAccount;
  query.kind = kind;
  return query;
}

LookupQuery AskForPolicy(MapKind kind, std::string_view name) {
  LookupQuery query = AskForAccount(kind);
  query.question = LookupQuestion::kPolicy;
  if (name.size() <= kLongestAccountName) PutText(name, query.name);
  return query;
}

LookupQuery AskForRanges(MapKind kind, std::string_view name, std::string_view service,
                         std::span<const Extent> extents) {
  LookupQuery query = AskForPolicy(kind, name);
  query.question = LookupQuestion::kRanges;
  PutText(service, query.service);
  for (const Extent& extent : extents) {
    query.ranges[query.range_count++] = {extent.outside.value, extent.last_outside()};
  }
  return query;
}

LookupQuery AskForOwnerRanges(MapKind kind, std::string_view name, std::string_view service) {
  LookupQuery query = AskForRanges(kind, name, service, {});
  query.question = LookupQuestion::kOwnerRanges;
  return query;
}

Result<std::optional<NamedAccount>> ReadAccount(const LookupAnswer& answer, Uid caller) {
  using Account = std::optional<NamedAccount>;
  TRY(Judge(answer, LookupQuestion::kAccount));
  const std::string_view name = TextIn(answer.name);
  switch (answer.outcome) {
    case LookupOutcome::kUnknown: return Account();
    case LookupOutcome::kUnavailable: return SourceFailure(Reason::kAccountSourceFailed, {}, answer);
    case LookupOutcome::kYes: break;
    default: return Misspoken();
  }
  if (answer.uid != caller.value || answer.gid > kLargestId || !IsAccountName(name)) return Misspoken();
  return Account(NamedAccount{name, Gid{answer.gid}});
}

Result<void> ReadPolicy(const LookupAnswer& answer) {
  TRY(Judge(answer, LookupQuestion::kPolicy));
  switch (answer.outcome) {
    case LookupOutcome::kYes: return {};
    case LookupOutcome::kRefused: return SourceFailure(Reason::kPolicyRefused, TextIn(answer.text), answer);
    case LookupOutcome::kUnavailable: return SourceFailure(Reason::kPolicyUnavailable, TextIn(answer.text), answer);
    default: return Misspoken();
  }
}

Result<Knowledge> ReadRanges(const LookupAnswer& answer, const LookupQuery& query, IdRanges& granted) {
  if (TRY(JudgePlugin(answer, query)) == Knowledge::kDoesNotKnowCaller) return Knowledge::kDoesNotKnowCaller;
  for (std::size_t i = 0; i < answer.granted.size(); ++i) {
    if (answer.granted[i] > (i < query.range_count ? 1 : 0)) return Misspoken();
    if (answer.granted[i] == 1 && !granted.Add(query.ranges[i]))
      return Misspoken();  // there is room for every extent
  }
  return Knowledge::kKnowsCaller;
}

Result<std::optional<ListedRanges>> ReadOwnerRanges(const LookupAnswer& answer, const LookupQuery& query) {
  using Listed = std::optional<ListedRanges>;
  if (TRY(JudgePlugin(answer, query)) == Knowledge::kDoesNotKnowCaller) return Listed();
  if (answer.listed_count > answer.listed.size()) return Misspoken();
  const ListedRanges ranges = std::span(answer.listed).first(answer.listed_count);
  const bool possible = std::all_of(ranges.begin(), ranges.end(), [](const IdRange& range) {
    return range.first <= range.last && range.last - range.first != kNoId;  // a count of 2^32 is none
  });
  if (!possible) return Misspoken();
  return Listed(ranges);
}

}  // namespace uidmap
