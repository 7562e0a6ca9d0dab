// SPDX-License-Identifier: BSD-3-Clause
#include "system/grant_file.h"

#include <algorithm>

#include "core/attributes.h"
#include "core/decision.h"
#include "core/key_search.h"
#include "core/subid_file.h"
#include "system/config_file.h"

namespace uidmap {

Result<void> ReadGrantFile(const MapKindRow& row, const Caller& caller, std::span<const Extent> wanted,
                           Grants& granted) {
  const Failure no_room{.reason = Reason::kTooManyRanges, .numbers = {IdRanges::kCapacity}};
  UIDMAP_UNINITIALIZED IdRanges asked_for;
  for (const Extent& extent : wanted) {
    if (!asked_for.Add({extent.outside.value, extent.last_outside()})) return no_room;
  }
  const SubidOwner owner(caller);
  GrantNeed need(row, caller, wanted);
  granted.state = TRY(ForEachBlock(row.grant_file, caller.uid, [&](std::string_view block) -> Result<Reading> {
    for (auto left = owner.spellings(); !left.empty();) {
      const auto keys = left.first(std::min(left.size(), KeySearch::kMostKeys));
      left = left.subspan(keys.size());
      std::string_view line;
      for (KeySearch search(block, '\n', keys); search.Next(line);) {
        const auto range = GrantOfLine(line);
        if (range) granted.knowledge = Knowledge::kKnowsCaller;
        if (range && asked_for.Touch(*range) && !granted.ranges.Add(*range)) return no_room;
      }
    }
    if (!need.IsMet(granted.ranges)) return Reading::kGoOn;
    granted.knowledge = Knowledge::kKnowsCaller;
    return Reading::kEnough;
  }));
  return {};
}

}  // namespace uidmap
