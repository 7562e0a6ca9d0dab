// SPDX-License-Identifier: BSD-3-Clause
// Whatever the file, the chunks in which it comes and the spellings of the caller: what is granted stands in a line
// that names him, and all that such lines grant of what he asks for is found.
#include "core/caller.h"
#include "core/key_search.h"
#include "core/lines.h"
#include "core/subid_file.h"
#include "machine.h"
#include "naive.h"
#include "system/grant_file.h"

namespace {

using fuzz::naive::Range;

std::vector<Range> Plainly(std::span<const uidmap::IdRange> ranges) {
  std::vector<Range> plain;
  for (const uidmap::IdRange& range : ranges) plain.emplace_back(range.first, range.last);
  return plain;
}

std::vector<uidmap::Extent> ExtentsOf(fuzz::Input& input) {
  std::vector<uidmap::Extent> extents;
  for (const std::string& line : input.Lines()) {
    const std::vector<std::string> words = fuzz::naive::Words(line);
    if (words.size() != 2 || extents.size() == 340) continue;
    const auto first = static_cast<std::uint32_t>(strtoull(words[0].c_str(), nullptr, 10));
    const auto count = static_cast<std::uint32_t>(strtoull(words[1].c_str(), nullptr, 10));
    if (count == 0 || fuzz::Number{first} + count > fuzz::naive::kNoId) continue;
    extents.push_back({.inside = {0}, .outside = {first}, .count = count});
  }
  return extents;
}

// His own id needs no grant, so the file may not have been read as far as to where it is granted.
bool IsOwn(const uidmap::MapKindRow& row, const uidmap::Caller& caller, const uidmap::Extent& extent) {
  const std::uint32_t own = row.kind == uidmap::MapKind::kUid ? caller.uid.value : caller.gid.value;
  return extent.count == 1 && extent.outside.value == own;
}

void CheckRanges(const uidmap::IdRanges& granted, const std::vector<Range>& lines, const uidmap::Extent& extent,
                 bool is_own) {
  const uidmap::IdRange range = {extent.outside.value, extent.last_outside()};
  const auto missing = fuzz::naive::FirstMissing(lines, {range.first, range.last});
  if (is_own) {
    CHECK(!granted.Hold(range) || !missing);
    return;
  }
  CHECK(granted.Hold(range) == !missing);
  if (missing) CHECK(granted.FirstMissing(range) == *missing);
}

// The file knows him who has a line there, and him who needs none.
void CheckGranted(const uidmap::MapKindRow& row, const uidmap::Caller& caller, const uidmap::Grants& granted,
                  const std::vector<Range>& lines, const std::vector<uidmap::Extent>& wanted) {
  for (const Range& range : Plainly(granted.ranges.view())) CHECK(fuzz::naive::Covers(lines, range));
  bool needs_none = row.kind == uidmap::MapKind::kUid;
  for (const uidmap::Extent& extent : wanted) {
    const bool is_own = IsOwn(row, caller, extent);
    CheckRanges(granted.ranges, lines, extent, is_own);
    needs_none = needs_none && is_own;
  }
  CHECK((granted.knowledge == uidmap::Knowledge::kKnowsCaller) == (!lines.empty() || needs_none));
}

// Two ways through the same block: the fast one finds the lines that the slow one finds.
void CheckSearch(const std::string& file, const uidmap::SubidOwner& owner) {
  const std::string block = "\n" + file + (file.empty() || file.ends_with('\n') ? "" : "\n");
  std::vector<std::string> slow;
  std::vector<std::string> fast;
  std::string_view line;
  for (std::string_view rest = block; uidmap::TakeLine(rest, line);) {
    if (line.find(':') != line.npos && owner.Owns(line)) slow.emplace_back(line);
  }
  for (auto left = owner.spellings(); !left.empty(); left = left.subspan(std::min<std::size_t>(left.size(), 2))) {
    const auto keys = left.first(std::min<std::size_t>(left.size(), 2));
    for (uidmap::KeySearch search(block, '\n', keys); search.Next(line);) fast.emplace_back(line);
  }
  std::sort(slow.begin(), slow.end());
  std::sort(fast.begin(), fast.end());
  CHECK(slow == fast);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  fuzz::files.Reset(input.NextChunk());
  uidmap::Caller caller{.uid = {input.NextNumber()}, .gid = {input.NextNumber()}, .primary_group = {}};
  std::vector<std::string> names;
  for (const std::string& name : input.Lines()) {
    const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
    const bool is_name = !name.empty() && name.find(':') == std::string::npos;
    if (is_new && is_name && caller.names.Add(name)) names.push_back(name);
  }
  const std::vector<uidmap::Extent> wanted = ExtentsOf(input);
  const std::string file = input.Section();
  fuzz::files.contents[row.grant_file] = file;
  const std::vector<Range> lines = fuzz::naive::GrantsOf(file, caller.uid.value, names);

  static uidmap::Grants granted;
  granted = {};
  const auto read = uidmap::ReadGrantFile(row, caller, wanted, granted);
  CHECK(read.has_value() && granted.state == uidmap::SourceState::kRead);
  CheckGranted(row, caller, granted, lines, wanted);
  static uidmap::IdRanges held;
  held = {};
  CHECK(uidmap::ReadHeldRanges(row, caller, held).has_value());
  CHECK(Plainly(held.view()) == fuzz::naive::Joined(lines));
  CheckSearch(file, uidmap::SubidOwner(caller));
  return 0;
}
