// SPDX-License-Identifier: BSD-3-Clause
// A question, and what uidmap-lookup makes of it with a plugin that answers as the input says. No question opens
// anything but a library of the name that a plugin has; the plugin is asked what was asked; what it says comes back
// to who asked.
#include <dlfcn.h>
#include <string.h>

#include "core/companion_protocol.h"
#include "lookup/plugin.h"
#include "naive.h"

// In the place of libc's functions; ld(1) cannot put them there, because the sanitizers call them, too.
namespace uidmap {
static void* OpenLibrary(const char* name, int flags);
static void* FindFunction(void* library, const char* name);
static const char* WhyNot();
}  // namespace uidmap
#define dlopen OpenLibrary
#define dlsym FindFunction
#define dlerror WhyNot
#include "lookup/plugin.cc"
#undef dlopen
#undef dlsym
#undef dlerror

namespace {

using uidmap::LookupAnswer;
using uidmap::LookupQuery;
using Range = uidmap::SubidRange;

// What the plugin of this input does.
struct Plugin {
  bool is_there;
  int status;
  std::string granted;
  std::vector<Range> list;
  int list_size;
  const LookupQuery* query;
  std::size_t asked;
} plugin;

int TypeOf(const LookupQuery& query) { return query.kind == uidmap::MapKind::kUid ? 1 : 2; }

int HasOne(const char* owner, unsigned long start, unsigned long count, int type, unsigned char* result) {
  const LookupQuery& query = *plugin.query;
  CHECK(owner == uidmap::TextIn(query.name) && type == TypeOf(query) && plugin.asked < query.range_count);
  const uidmap::IdRange& range = query.ranges[plugin.asked];
  CHECK(start == range.first && start + count - 1 == range.last);
  *result = plugin.asked < plugin.granted.size() && plugin.granted[plugin.asked] == '1' ? 1 : 0;
  ++plugin.asked;
  return plugin.status;
}

int ListRanges(const char* owner, int type, Range** ranges, int* count) {
  CHECK(owner == uidmap::TextIn(plugin.query->name) && type == TypeOf(*plugin.query));
  *ranges = plugin.list.empty() ? nullptr : plugin.list.data();
  *count = plugin.list_size;
  return plugin.status;
}

}  // namespace

namespace uidmap {

void* OpenLibrary(const char* name, int /*flags*/) {
  const std::string service(TextIn(plugin.query->service));
  CHECK(fuzz::naive::IsServiceName(service) && name == "libsubid_" + service + ".so");
  return plugin.is_there ? &plugin : nullptr;
}

void* FindFunction(void* library, const char* name) {
  CHECK(library == &plugin);
  if (std::string_view(name) == "shadow_subid_has_range") return reinterpret_cast<void*>(HasOne);
  if (std::string_view(name) == "shadow_subid_list_owner_ranges") return reinterpret_cast<void*>(ListRanges);
  CHECK(std::string_view(name) == "shadow_subid_find_subid_owners");
  return &plugin;
}

const char* WhyNot() { return "cannot open shared object file"; }

}  // namespace uidmap

namespace {

LookupAnswer Answer(const LookupQuery& query) {
  plugin.query = &query;
  plugin.asked = 0;
  LookupAnswer answer = {};
  answer.question = query.question;
  const bool for_all = query.question == uidmap::LookupQuestion::kOwnerRanges;
  for_all ? uidmap::AnswerOwnerRanges(query, answer) : uidmap::AnswerRanges(query, answer);
  CHECK(uidmap::Ends(answer.text) && answer.listed_count <= answer.listed.size());
  return answer;
}

void CheckRanges(const LookupQuery& query, const LookupAnswer& answer) {
  static uidmap::IdRanges granted;
  granted = {};
  const auto read = uidmap::ReadRanges(answer, query, granted);
  const bool can_say = plugin.is_there && (plugin.status == 0 || plugin.status == 1);
  CHECK(read.has_value() == (can_say || (plugin.is_there && query.range_count == 0)));
  if (!read.has_value()) {
    CHECK(read.error().reason != uidmap::Reason::kLookupMisspoke);
    return;
  }
  const bool knows = plugin.status == 0 && query.range_count > 0;
  CHECK((*read == uidmap::Knowledge::kKnowsCaller) == knows);
  for (std::size_t i = 0; i < query.range_count; ++i) {
    const bool is_granted = i < plugin.granted.size() && plugin.granted[i] == '1';
    if (knows && is_granted) CHECK(granted.Hold(query.ranges[i]));
    if (!knows || !is_granted) CHECK(!granted.Hold(query.ranges[i]));
  }
}

void CheckList(const LookupQuery& query, const LookupAnswer& answer) {
  const auto read = uidmap::ReadOwnerRanges(answer, query);
  const bool is_list = plugin.list_size >= 0 && (plugin.list_size == 0 || !plugin.list.empty());
  bool is_possible = is_list && plugin.list_size <= 340;
  for (int i = 0; is_possible && i < plugin.list_size; ++i) {
    const auto [start, count] = plugin.list[static_cast<std::size_t>(i)];
    is_possible = count > 0 && start <= fuzz::naive::kNoId && count <= fuzz::naive::kNoId &&
                  start + count - 1 <= fuzz::naive::kNoId;
  }
  const bool can_say = plugin.is_there && (plugin.status == 1 || (plugin.status == 0 && is_possible));
  CHECK(read.has_value() == can_say);
  if (!can_say) CHECK(read.error().reason != uidmap::Reason::kLookupMisspoke);
  if (!can_say || plugin.status == 1) return;
  CHECK(read.has_value() && *read && (*read)->size() == static_cast<std::size_t>(plugin.list_size));
  for (std::size_t i = 0; i < (*read)->size(); ++i) {
    const uidmap::IdRange& range = (**read)[i];
    CHECK(range.first == plugin.list[i].start);
    CHECK(range.last - fuzz::Number{range.first} + 1 == plugin.list[i].count);
  }
}

// Extents of the question, apart from each other, so that each grant can be told.
std::vector<uidmap::Extent> ExtentsOf(fuzz::Input& input) {
  std::vector<uidmap::Extent> extents;
  fuzz::Number next = 0;
  for (const std::string& line : input.Lines()) {
    const std::vector<std::string> words = fuzz::naive::Words(line);
    if (words.size() != 2 || extents.size() == 340) continue;
    const fuzz::Number first = strtoull(words[0].c_str(), nullptr, 10);
    const fuzz::Number count = strtoull(words[1].c_str(), nullptr, 10);
    const bool fits = next <= first && first < fuzz::naive::kNoId && 0 < count && count <= fuzz::naive::kNoId - first;
    if (!fits) continue;
    extents.push_back(
        {.inside = {0}, .outside = {static_cast<std::uint32_t>(first)}, .count = static_cast<std::uint32_t>(count)});
    next = first + count + 1;
  }
  return extents;
}

// A question that nobody of ours asks: any bytes in place of some.
void AskAnything(LookupQuery query, std::size_t at, std::string_view bytes) {
  at %= sizeof query;
  memcpy(reinterpret_cast<char*>(&query) + at, bytes.data(), std::min(bytes.size(), sizeof query - at));
  const LookupAnswer answer = Answer(query);
  CHECK(plugin.asked == 0 || uidmap::Ends(query.name));
  static_cast<void>(answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto kind = static_cast<uidmap::MapKind>(input.NextNumber() % 2);
  const bool for_all = input.NextNumber() % 2 == 1;
  plugin.is_there = input.NextNumber() % 4 != 3;
  plugin.status = static_cast<int>(input.NextNumber() % 5);
  const int stated_size = static_cast<int>(input.NextNumber() - 1);
  const std::size_t at = input.NextNumber();
  const std::string name = input.Section();
  const std::string service = input.Section();
  const std::vector<uidmap::Extent> extents = ExtentsOf(input);
  plugin.granted = input.Section();
  plugin.list.clear();
  for (const std::string& line : input.Lines()) {
    const std::vector<std::string> words = fuzz::naive::Words(line);
    if (words.size() == 2) {
      plugin.list.push_back({strtoul(words[0].c_str(), nullptr, 10), strtoul(words[1].c_str(), nullptr, 10)});
    }
  }
  // More than there are would be read past by anybody; so would none be that are said to be some.
  plugin.list_size = std::min(stated_size, static_cast<int>(plugin.list.size()) + (plugin.list.empty() ? 1 : 0));

  if (!fuzz::naive::IsServiceName(service)) return 0;
  const LookupQuery policy = uidmap::AskForPolicy(kind, name);
  CHECK(policy.kind == kind && uidmap::Ends(policy.name) && policy.range_count == 0);
  CHECK(uidmap::TextIn(policy.name) == std::string_view(name.size() <= 255 ? name.c_str() : ""));
  CHECK(uidmap::TextIn(uidmap::AskForAccount(kind).name).empty());
  const LookupQuery query =
      for_all ? uidmap::AskForOwnerRanges(kind, name, service) : uidmap::AskForRanges(kind, name, service, extents);
  CHECK(uidmap::Ends(query.service) && uidmap::TextIn(query.service) == service);
  CHECK(query.name == policy.name && query.kind == kind);
  const LookupAnswer answer = Answer(query);
  for_all ? CheckList(query, answer) : CheckRanges(query, answer);
  AskAnything(query, at, input.Rest());
  return 0;
}
