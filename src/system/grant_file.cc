// SPDX-License-Identifier: BSD-3-Clause
#include "system/grant_file.h"

#include "core/subid_file.h"
#include "system/config_file.h"

namespace uidmap {

Result<void> ReadGrants(const MapKindRow& row, const Caller& caller, IdRanges& granted) {
  const SubidOwner owner(caller);
  TRY(ForEachLine(row.grant_file, caller.uid, [&](std::string_view line) -> Result<void> {
    const auto range = owner.GrantedBy(line);
    if (!range || granted.Add(*range)) return {};
    return Failure{.reason = Reason::kTooManyRanges, .numbers = {IdRanges::kCapacity}};
  }));
  return {};
}

}  // namespace uidmap
