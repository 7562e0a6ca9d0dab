// SPDX-License-Identifier: BSD-3-Clause
// An answer of uidmap-lookup, with any bytes in it, to any question: it is believed only as far as the naive reader
// believes it, and nothing is granted that was not asked for.
#include "core/companion_protocol.h"
#include "machine.h"
#include "naive.h"

namespace {

using uidmap::LookupAnswer;
using uidmap::LookupOutcome;
using uidmap::LookupQuery;
using uidmap::LookupQuestion;
using uidmap::Reason;

// As it is, without a zero where none was sent.
template <std::size_t kSize>
void Fill(const std::string& bytes, std::array<char, kSize>& field) {
  field = {};
  bytes.copy(field.data(), kSize);
}

std::vector<uidmap::IdRange> RangesOf(fuzz::Input& input) {
  std::vector<uidmap::IdRange> ranges;
  for (const std::string& line : input.Lines()) {
    const std::vector<std::string> words = fuzz::naive::Words(line);
    if (words.size() != 2 || ranges.size() == 340) continue;
    ranges.push_back({static_cast<std::uint32_t>(strtoull(words[0].c_str(), nullptr, 10)),
                      static_cast<std::uint32_t>(strtoull(words[1].c_str(), nullptr, 10))});
  }
  return ranges;
}

bool IsWhole(const LookupAnswer& answer, LookupQuestion asked) {
  const std::string name(answer.name.data(), answer.name.size());
  const std::string text(answer.text.data(), answer.text.size());
  return answer.question == asked && name.find('\0') != name.npos && text.find('\0') != text.npos;
}

bool MayBeAccount(const std::string& name) {
  const bool is_clean = std::all_of(name.begin(), name.end(), [](char byte) {
    return static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f && byte != ':';
  });
  return is_clean && !name.empty() && name[0] != '+' && name[0] != '-';
}

// None: it made no sense.
template <class T>
void CheckFailed(const uidmap::Result<T>& read, bool makes_sense) {
  CHECK(!read.has_value());
  CHECK((read.error().reason == Reason::kLookupMisspoke) == !makes_sense);
  fuzz::CheckMessage(uidmap::kMapKinds[0], read.error());
}

void CheckAccount(const LookupAnswer& answer, uidmap::Uid caller) {
  const bool is_whole = IsWhole(answer, LookupQuestion::kAccount);
  const auto read = uidmap::ReadAccount(answer, caller);
  const std::string name(uidmap::TextIn(answer.name));
  if (is_whole && answer.outcome == LookupOutcome::kUnknown) {
    CHECK(read.has_value() && !*read);
  } else if (is_whole && answer.outcome == LookupOutcome::kYes && answer.uid == caller.value &&
             answer.gid < fuzz::naive::kNoId && MayBeAccount(name)) {
    CHECK(read.has_value() && (*read)->name == name && (*read)->primary_group.value == answer.gid);
  } else {
    CheckFailed(read, is_whole && answer.outcome == LookupOutcome::kUnavailable);
  }
}

void CheckPolicy(const LookupAnswer& answer) {
  const bool is_whole = IsWhole(answer, LookupQuestion::kPolicy);
  const bool says_no = answer.outcome == LookupOutcome::kRefused || answer.outcome == LookupOutcome::kUnavailable;
  const auto read = uidmap::ReadPolicy(answer);
  if (is_whole && answer.outcome == LookupOutcome::kYes) {
    CHECK(read.has_value());
  } else {
    CheckFailed(read, is_whole && says_no);
  }
}

bool SaysNo(const LookupAnswer& answer) {
  return answer.outcome == LookupOutcome::kUnavailable || answer.outcome == LookupOutcome::kUnfit;
}

void CheckRanges(const LookupAnswer& answer, const LookupQuery& query) {
  const bool is_whole = IsWhole(answer, query.question);
  std::vector<fuzz::naive::Range> expected;
  bool makes_sense = is_whole && answer.outcome == LookupOutcome::kYes;
  for (std::size_t i = 0; i < 340; ++i) {
    makes_sense = makes_sense && answer.granted[i] <= (i < query.range_count ? 1 : 0);
    if (makes_sense && answer.granted[i] == 1) expected.emplace_back(query.ranges[i].first, query.ranges[i].last);
  }
  static uidmap::IdRanges granted;
  granted = {};
  const auto read = uidmap::ReadRanges(answer, query, granted);
  if (is_whole && answer.outcome == LookupOutcome::kUnknown) {
    CHECK(read.has_value() && *read == uidmap::Knowledge::kDoesNotKnowCaller && granted.view().empty());
  } else if (makes_sense) {
    CHECK(read.has_value() && *read == uidmap::Knowledge::kKnowsCaller);
    std::vector<fuzz::naive::Range> found;
    for (const uidmap::IdRange& range : granted.view()) found.emplace_back(range.first, range.last);
    CHECK(found == fuzz::naive::Joined(expected));
  } else {
    CheckFailed(read, is_whole && SaysNo(answer));
  }
}

void CheckList(const LookupAnswer& answer, const LookupQuery& query) {
  const bool is_whole = IsWhole(answer, query.question);
  bool makes_sense = is_whole && answer.outcome == LookupOutcome::kYes && answer.listed_count <= 340;
  for (std::size_t i = 0; makes_sense && i < answer.listed_count; ++i) {
    const fuzz::Number first = answer.listed[i].first;
    const fuzz::Number last = answer.listed[i].last;
    makes_sense = first <= last && last - first + 1 <= fuzz::naive::kNoId;
  }
  const auto read = uidmap::ReadOwnerRanges(answer, query);
  if (is_whole && answer.outcome == LookupOutcome::kUnknown) {
    CHECK(read.has_value() && !*read);
  } else if (makes_sense) {
    CHECK(read.has_value() && (*read)->size() == answer.listed_count && (*read)->data() == answer.listed.data());
  } else {
    CheckFailed(read, is_whole && SaysNo(answer));
  }
}

// A question as it would be asked: ranges that have a last id, and that do not meet.
LookupQuery QueryOf(fuzz::Input& input, LookupQuestion question) {
  std::vector<uidmap::Extent> extents;
  fuzz::Number next = 0;
  for (const uidmap::IdRange& range : RangesOf(input)) {
    if (range.first < next || range.last < range.first || range.last == fuzz::naive::kNoId) continue;
    if (range.last - range.first + fuzz::Number{1} + range.first > fuzz::naive::kNoId) continue;
    extents.push_back({.inside = {0}, .outside = {range.first}, .count = range.last - range.first + 1});
    next = fuzz::Number{range.last} + 1;
  }
  if (question == LookupQuestion::kOwnerRanges) return uidmap::AskForOwnerRanges(uidmap::MapKind::kUid, "a", "sss");
  return uidmap::AskForRanges(uidmap::MapKind::kUid, "a", "sss", extents);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto asked = static_cast<LookupQuestion>(1 + input.NextNumber() % 4);
  static LookupAnswer answer;
  answer = {};
  answer.question = static_cast<LookupQuestion>(input.NextNumber());
  answer.outcome = static_cast<LookupOutcome>(input.NextNumber());
  answer.detail = static_cast<int>(input.NextNumber());
  answer.uid = input.NextNumber();
  answer.gid = input.NextNumber();
  answer.listed_count = input.NextNumber();
  const uidmap::Uid caller = {input.NextNumber()};
  Fill(input.Section(), answer.name);
  Fill(input.Section(), answer.text);
  const std::string granted = input.Section();
  for (std::size_t i = 0; i < std::min<std::size_t>(granted.size(), 340); ++i) {
    answer.granted[i] = static_cast<std::uint8_t>(granted[i] - '0');
  }
  std::size_t listed = 0;
  for (const uidmap::IdRange& range : RangesOf(input)) answer.listed[listed++] = range;

  switch (asked) {
    case LookupQuestion::kAccount: CheckAccount(answer, caller); break;
    case LookupQuestion::kPolicy: CheckPolicy(answer); break;
    case LookupQuestion::kRanges: CheckRanges(answer, QueryOf(input, asked)); break;
    case LookupQuestion::kOwnerRanges: CheckList(answer, QueryOf(input, asked)); break;
  }
  return 0;
}
