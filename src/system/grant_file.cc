// SPDX-License-Identifier: BSD-3-Clause
#include "system/grant_file.h"

#include <algorithm>

#include "core/decision.h"
#include "core/key_search.h"
#include "core/subid_file.h"
#include "system/config_file.h"

namespace uidmap {
namespace {

// Calls `take(range)`, which returns a Result<void>, for every range in `block` that is granted to `owner`.
template <class Take>
Result<void> ForEachGrant(std::string_view block, const SubidOwner& owner, Take take) {
  for (auto left = owner.spellings(); !left.empty();) {
    const auto keys = left.first(std::min(left.size(), KeySearch::kMostKeys));
    left = left.subspan(keys.size());
    std::string_view line;
    for (KeySearch search(block, '\n', keys); search.Next(line);) {
      if (const auto range = GrantOfLine(line)) TRY(take(*range));
    }
  }
  return {};
}

}  // namespace

Result<void> ReadGrantFile(const MapKindRow& row, const Caller& caller, std::span<const Extent> wanted,
                           Grants& granted) {
  const Failure no_room{.reason = Reason::kTooManyRanges, .numbers = {IdRanges::kCapacity}};
  constinit static IdRanges asked_for;
  asked_for.Clear();
  for (const Extent& extent : wanted) {
    if (!asked_for.Add({extent.outside.value, extent.last_outside()})) return no_room;
  }
  const auto take = [&](const IdRange& range) -> Result<void> {
    granted.knowledge = Knowledge::kKnowsCaller;
    if (asked_for.Touch(range) && !granted.ranges.Add(range)) return no_room;
    return {};
  };
  const SubidOwner owner(caller);
  GrantNeed need(row, caller, wanted);
  const auto take_block = [&](std::string_view block) -> Result<Reading> {
    TRY(ForEachGrant(block, owner, take));
    if (!need.IsMet(granted.ranges)) return Reading::kGoOn;
    granted.knowledge = Knowledge::kKnowsCaller;
    return Reading::kEnough;
  };
  granted.state = TRY(ForEachBlock(row.grant_file, caller.uid, take_block));
  return {};
}

Result<void> ReadHeldRanges(const MapKindRow& row, const Caller& caller, IdRanges& held) {
  const auto take = [&](const IdRange& range) -> Result<void> {
    [[maybe_unused]] const bool had_room = held.Add(range);
    return {};
  };
  const SubidOwner owner(caller);
  const auto take_block = [&](std::string_view block) -> Result<Reading> {
    TRY(ForEachGrant(block, owner, take));
    return Reading::kGoOn;
  };
  TRY(ForEachBlock(row.grant_file, caller.uid, take_block));
  return {};
}

}  // namespace uidmap
