// SPDX-License-Identifier: BSD-3-Clause
#include "lookup/plugin.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "core/companion_protocol.h"
#include "core/text.h"

namespace uidmap {
namespace {

// The interface that shadow's newuidmap has towards plugins since 4.9. A plugin returns one of these from each
// function, and what it asks about is 1 for uids, 2 for gids.
enum class SubidStatus : int { kSuccess = 0, kUnknownUser = 1, kNoConnection = 2, kError = 3 };
// The result is a bool there; as a byte, nothing that a plugin leaves in it is undefined here.
using HasRange = int (*)(const char* owner, unsigned long start, unsigned long count, int type,
                         unsigned char* result);
struct SubidRange {
  unsigned long start;
  unsigned long count;
};
using ListOwnerRanges = int (*)(const char* owner, int type, SubidRange** ranges, int* count);

// Whatever is asked, one that lacks one of these is unfit.
constexpr const char* kFunctions[] = {"shadow_subid_has_range", "shadow_subid_list_owner_ranges",
                                      "shadow_subid_find_subid_owners"};

struct Plugin {
  HasRange has_range;
  ListOwnerRanges list_owner_ranges;
};

LookupOutcome Unfit(std::string_view why, LookupAnswer& answer) {
  PutText(why, answer.text);
  return LookupOutcome::kUnfit;
}

LookupOutcome Unavailable(SubidStatus status, LookupAnswer& answer) {
  answer.detail = static_cast<int>(status);
  PutText(status == SubidStatus::kNoConnection ? "no connection to its service" : "it reports an error", answer.text);
  return LookupOutcome::kUnavailable;
}

LookupOutcome Nonsense(std::string_view what, LookupAnswer& answer) {
  PutText(what, answer.text);
  return LookupOutcome::kUnavailable;
}

int TypeOf(const LookupQuery& query) { return query.kind == MapKind::kUid ? 1 : 2; }

// A plugin that knows the user for one range and not for the next is out of order.
LookupOutcome AskAboutEach(const Plugin& plugin, const LookupQuery& query, LookupAnswer& answer) {
  std::optional<SubidStatus> knows;
  for (std::uint32_t i = 0; i < query.range_count; ++i) {
    const auto [first, last] = query.ranges[i];
    const unsigned long count = (last - static_cast<unsigned long>(first)) + 1;
    unsigned char granted = 0;
    const auto status = SubidStatus{plugin.has_range(query.name.data(), first, count, TypeOf(query), &granted)};
    if (status != SubidStatus::kSuccess && status != SubidStatus::kUnknownUser) return Unavailable(status, answer);
    if (knows.value_or(status) != status) return Unavailable(SubidStatus::kError, answer);
    knows = status;
    answer.granted[i] = status == SubidStatus::kSuccess && granted == 1 ? 1 : 0;
  }
  return knows == SubidStatus::kSuccess ? LookupOutcome::kYes : LookupOutcome::kUnknown;
}

// The list is not given back (shadow_subid_free, or free(3) where a plugin has none): this process ends with the
// answer.
LookupOutcome AskForAll(const Plugin& plugin, const LookupQuery& query, LookupAnswer& answer) {
  SubidRange* list = nullptr;
  int count = 0;
  const auto status = SubidStatus{plugin.list_owner_ranges(query.name.data(), TypeOf(query), &list, &count)};
  if (status == SubidStatus::kUnknownUser) return LookupOutcome::kUnknown;
  if (status != SubidStatus::kSuccess) return Unavailable(status, answer);
  if (count < 0 || (count > 0 && list == nullptr)) return Nonsense("its list makes no sense", answer);
  const auto size = static_cast<std::size_t>(count);
  if (size > answer.listed.size()) return Nonsense("it lists more ranges than a map can have", answer);
  for (std::size_t i = 0; i < size; ++i) {
    const auto [start, ids] = list[i];
    const bool possible = ids > 0 && ids <= kNoId && start <= kNoId - (ids - 1);
    if (!possible) return Nonsense("it lists a range that cannot be", answer);
    answer.listed[i] = {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(start + ids - 1)};
  }
  answer.listed_count = static_cast<std::uint32_t>(size);
  return LookupOutcome::kYes;
}

template <class Ask>
LookupOutcome AskPlugin(const LookupQuery& query, LookupAnswer& answer, Ask ask) {
  const std::string_view service = TextIn(query.service);
  const bool has_name = TextIn(query.name).size() < query.name.size();
  if (!IsServiceName(service) || !has_name || query.range_count > query.ranges.size())
    return Unfit("malformed question", answer);
  BoundedText<96> path;
  path.Append("libsubid_");
  path.Append(service);
  path.Append(std::string_view(".so\0", 4));
  void* const library = dlopen(path.view().data(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Unfit(dlerror(), answer);
  void* functions[std::size(kFunctions)] = {};
  for (std::size_t i = 0; i < std::size(kFunctions); ++i) {
    functions[i] = dlsym(library, kFunctions[i]);
    if (functions[i] == nullptr) return Unfit(dlerror(), answer);
  }
  const Plugin plugin = {reinterpret_cast<HasRange>(functions[0]), reinterpret_cast<ListOwnerRanges>(functions[1])};
  return ask(plugin, query, answer);
}

}  // namespace

void AnswerRanges(const LookupQuery& query, LookupAnswer& answer) {
  answer.outcome = AskPlugin(query, answer, AskAboutEach);
}

void AnswerOwnerRanges(const LookupQuery& query, LookupAnswer& answer) {
  answer.outcome = AskPlugin(query, answer, AskForAll);
}

}  // namespace uidmap
