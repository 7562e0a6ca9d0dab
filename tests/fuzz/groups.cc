// SPDX-License-Identifier: BSD-3-Clause
// /proc/PID/status, cut anywhere: a process is said to be out of a group only if a whole line of its groups lacks it.
#include "core/group_list.h"
#include "naive.h"
#include "system/small_file.h"

namespace {

using fuzz::naive::Words;

bool Names(const std::string& list, std::uint32_t group) {
  const std::vector<std::string> words = Words(list);
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return fuzz::naive::Plain(word, fuzz::naive::kNoId) == group; });
}

bool MayBeIn(const std::string& status, std::uint32_t group) {
  const std::string whole = status.substr(0, status.rfind('\n') + 1);
  for (const std::string& line : fuzz::LinesOf(whole)) {
    const std::string name = fuzz::naive::Split(line, ":")[0];
    const std::string list = line.substr(std::min(name.size() + 1, line.size()));
    if (name == "Groups") return Names(list, group);
    if (name == "Gid" && Names(list, group)) return true;
  }
  return true;
}

std::optional<std::string> Value(const std::string& text, const std::string& name) {
  for (const std::string& line : fuzz::LinesOf(text)) {
    if (line == name) return "";
    if (line.starts_with(name + ":")) return fuzz::naive::Trimmed(line.substr(name.size() + 1));
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint32_t group = input.NextNumber();
  const std::string status = input.Section();
  CHECK(uidmap::MayBeInGroup(status, {group}) == MayBeIn(status, group));
  for (const char* name : {"Gid", "Groups", "State", ""}) CHECK(uidmap::ValueOf(status, name) == Value(status, name));
  return 0;
}
