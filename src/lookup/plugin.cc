// SPDX-License-Identifier: BSD-3-Clause
#include "lookup/plugin.h"

#include <dlfcn.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/text.h"

namespace uidmap {
namespace {

// The interface that shadow's newuidmap has towards plugins since 4.9. A plugin returns one of these from each
// function, and what it asks about is 1 for uids, 2 for gids.
enum class SubidStatus : int { kSuccess = 0, kUnknownUser = 1, kNoConnection = 2, kError = 3 };
// The result is a bool there; as a byte, nothing that a plugin leaves in it is undefined here.
using HasRange = int (*)(const char* owner, unsigned long start, unsigned long count, int type,
                         unsigned char* result);

constexpr const char* kHasRange = "shadow_subid_has_range";
constexpr const char* kOtherQueries[] = {"shadow_subid_list_owner_ranges", "shadow_subid_find_subid_owners"};

LookupOutcome Unfit(std::string_view why, LookupAnswer& answer) {
  PutText(why, answer.text);
  return LookupOutcome::kUnfit;
}

LookupOutcome Unavailable(SubidStatus status, LookupAnswer& answer) {
  answer.detail = static_cast<int>(status);
  PutText(status == SubidStatus::kNoConnection ? "no connection to its service" : "it reports an error", answer.text);
  return LookupOutcome::kUnavailable;
}

// A plugin that knows the user for one range and not for the next is out of order.
LookupOutcome AskAboutEach(HasRange has_range, const LookupQuery& query, LookupAnswer& answer) {
  std::optional<SubidStatus> knows;
  for (std::uint32_t i = 0; i < query.range_count; ++i) {
    const auto [first, last] = query.ranges[i];
    const unsigned long count = (last - static_cast<unsigned long>(first)) + 1;
    unsigned char granted = 0;
    const int type = query.kind == MapKind::kUid ? 1 : 2;
    const auto status = SubidStatus{has_range(query.name.data(), first, count, type, &granted)};
    if (status != SubidStatus::kSuccess && status != SubidStatus::kUnknownUser) return Unavailable(status, answer);
    if (knows.value_or(status) != status) return Unavailable(SubidStatus::kError, answer);
    knows = status;
    answer.granted[i] = status == SubidStatus::kSuccess && granted == 1 ? 1 : 0;
  }
  return knows == SubidStatus::kSuccess ? LookupOutcome::kYes : LookupOutcome::kUnknown;
}

LookupOutcome Ask(const LookupQuery& query, LookupAnswer& answer) {
  const std::string_view service = TextIn(query.service);
  const bool has_name = TextIn(query.name).size() < query.name.size();
  if (!IsServiceName(service) || !has_name || query.range_count > query.ranges.size())
    return Unfit("malformed question", answer);
  BoundedText<96> library;
  library.Append("libsubid_");
  library.Append(service);
  library.Append(std::string_view(".so\0", 4));
  void* const plugin = dlopen(library.view().data(), RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) return Unfit(dlerror(), answer);
  for (const char* const name : kOtherQueries) {
    if (dlsym(plugin, name) == nullptr) return Unfit(dlerror(), answer);
  }
  const auto has_range = reinterpret_cast<HasRange>(dlsym(plugin, kHasRange));
  if (has_range == nullptr) return Unfit(dlerror(), answer);
  return AskAboutEach(has_range, query, answer);
}

}  // namespace

void AnswerRanges(const LookupQuery& query, LookupAnswer& answer) { answer.outcome = Ask(query, answer); }

}  // namespace uidmap
