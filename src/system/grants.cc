// SPDX-License-Identifier: BSD-3-Clause
#include "system/grants.h"

#include <algorithm>

#include "core/attributes.h"
#include "core/lookup_protocol.h"
#include "system/grant_file.h"

namespace uidmap {
namespace {

Result<void> AskPlugin(const LookupQuery& query, LookupClient& lookup, Grants& granted) {
  UIDMAP_UNINITIALIZED const LookupAnswer answer = TRY(lookup.Ask(query));
  granted.state = SourceState::kRead;
  granted.knowledge = TRY(ReadRanges(answer, query, granted.ranges));
  return {};
}

}  // namespace

Result<void> GatherGrants(const MapKindRow& row, const Caller& caller, const SubidServices& services,
                          std::span<const Extent> wanted, LookupClient& lookup, Grants& granted) {
  if (services.empty()) return ReadGrantFile(row, caller, wanted, granted);
  const std::string_view name = caller.names.First();
  const auto is_files = [](const SubidServices::Name& service) { return service.view() == kFilesService; };
  const bool have_files = std::any_of(services.view().begin(), services.view().end(), is_files);
  for (const SubidServices::Name& service : services.view()) {
    if (is_files(service)) {
      TRY(ReadGrantFile(row, caller, wanted, granted));
    } else if (name.empty() || name.size() > kLongestAccountName) {
      Failure failure = FailureOf(Reason::kSubidPluginWithoutName, service.view());
      failure.numbers[0] = caller.uid.value;
      return failure;
    } else {
      granted.plugin = service;
      TRY(AskPlugin(AskForRanges(row.kind, name, service.view(), wanted), lookup, granted));
    }
    if (granted.knowledge == Knowledge::kKnowsCaller) return {};
    if (have_files) granted.plugin = {};  // when nobody knows him, it is the files that lack a line
  }
  return {};
}

}  // namespace uidmap
