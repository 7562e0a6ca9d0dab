// SPDX-License-Identifier: BSD-3-Clause
#include "core/login_defs.h"

#include "core/fields.h"

namespace uidmap {

std::optional<GroupRule> ParseLoginDefsLine(std::string_view line) {
  line = WithoutBlanks(line);
  const std::string_view key = line.substr(0, line.find_first_of(kBlanks));
  if (key != "GRANT_AUX_GROUP_SUBIDS") return std::nullopt;
  std::string_view value = WithoutBlanks(line.substr(key.size()));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return EqualsIgnoringCase(value, "yes") ? GroupRule::kAnyOfHis : GroupRule::kPrimaryOnly;
}

}  // namespace uidmap
