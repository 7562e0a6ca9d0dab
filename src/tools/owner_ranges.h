// SPDX-License-Identifier: BSD-3-Clause
// All that a user may map, from the sources that nsswitch.conf names for it.
#pragma once

#include <string_view>

#include "core/attributes.h"
#include "core/grants.h"
#include "core/lookup_protocol.h"
#include "core/map_kind.h"
#include "core/result.h"
#include "core/subid_file.h"
#include "system/config_file.h"
#include "tools/lookup_start.h"
#include "tools/range_owner.h"

namespace uidmap {

// Which source decided, and what about.
struct DecidedBy {
  SourceState state = SourceState::kRead;  // kAbsent: there is no such file
  Knowledge knowledge = Knowledge::kDoesNotKnowCaller;
  SubidServices::Name plugin{};  // empty: the row's file
};

// Calls `take(range)` for every range of `owner` that the row's file grants, in the order of its lines. The file is
// judged as if the user of this process asked for a map.
template <class Take>
[[nodiscard]] Result<DecidedBy> ForEachRangeOfFile(const MapKindRow& row, const RangeOwner& owner, Take take) {
  DecidedBy decided;
  const SubidOwner spellings(owner.uid, owner.names);
  const auto take_block = [&](std::string_view block) -> Result<Reading> {
    std::string_view line;
    while (TakeLine(block, line)) {
      if (!spellings.Owns(line)) continue;
      const auto range = GrantOfLine(line);
      if (!range) continue;
      decided.knowledge = Knowledge::kKnowsCaller;
      take(*range);
    }
    return Reading::kGoOn;
  };
  decided.state = TRY(ForEachBlock(row.grant_file, OwnIds().uid, take_block));
  return decided;
}

// Fails for a uid without a name, as newuidmap does.
[[nodiscard]] Result<LookupQuery> QuestionAbout(const MapKindRow& row, const RangeOwner& owner,
                                                std::string_view service);

// The answer of a uidmap-lookup that is started for this question.
[[nodiscard]] Result<LookupAnswer> AskOnce(const LookupQuery& query);

template <class Take>
[[nodiscard]] Result<DecidedBy> ForEachRangeOfPlugin(const MapKindRow& row, const RangeOwner& owner,
                                                     const SubidServices::Name& service, Take take) {
  const LookupQuery query = TRY(QuestionAbout(row, owner, service.view()));
  UIDMAP_UNINITIALIZED const LookupAnswer answer = TRY(AskOnce(query));
  DecidedBy decided{.plugin = service};
  const auto ranges = TRY(ReadOwnerRanges(answer, query));
  if (!ranges) return decided;
  decided.knowledge = Knowledge::kKnowsCaller;
  for (const IdRange& range : *ranges) take(range);
  return decided;
}

// Asks `services` in their order, or the file if there are none. The first that knows the user decides everything, as
// in GatherGrants (system/grants.h); one that fails is a failure.
template <class Take>
[[nodiscard]] Result<DecidedBy> ForEachRangeOf(const MapKindRow& row, const RangeOwner& owner,
                                               const SubidServices& services, Take take) {
  if (services.empty()) return ForEachRangeOfFile(row, owner, take);
  DecidedBy decided;
  for (const SubidServices::Name& service : services.view()) {
    decided = service.view() == kFilesService ? TRY(ForEachRangeOfFile(row, owner, take))
                                              : TRY(ForEachRangeOfPlugin(row, owner, service, take));
    if (decided.knowledge == Knowledge::kKnowsCaller) break;
  }
  return decided;
}

}  // namespace uidmap
