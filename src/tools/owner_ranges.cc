// SPDX-License-Identifier: BSD-3-Clause
#include "tools/owner_ranges.h"

namespace uidmap {

Result<LookupQuery> QuestionAbout(const MapKindRow& row, const RangeOwner& owner, std::string_view service) {
  const std::string_view name = owner.names.First();
  if (!name.empty() && name.size() <= kLongestAccountName) return AskForOwnerRanges(row.kind, name, service);
  Failure failure = FailureOf(Reason::kSubidPluginWithoutName, service);
  failure.numbers[0] = owner.uid.value_or(Uid{}).value;
  return failure;
}

Result<LookupAnswer> AskOnce(const LookupQuery& query) {
  LookupClient lookup = TRY(StartLookupForTool());
  return lookup.Ask(query);
}

}  // namespace uidmap
