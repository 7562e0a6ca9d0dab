// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_accounts.h"

#include <algorithm>
#include <cstddef>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/nsswitch_file.h"
#include "tools/words.h"

namespace uidmap {
namespace {

template <class Take>
void ForEachLineOf(std::string_view text, Take take) {
  while (!text.empty()) take(TakeField(text, '\n'));
}

// A number of login.defs(5), if it is there in plain decimal; the last line counts.
std::uint32_t NumberOf(std::string_view login_defs, std::string_view key, std::uint32_t otherwise) {
  ForEachLineOf(login_defs, [&](std::string_view line) {
    line = WithoutBlanks(line);
    if (line.substr(0, line.find_first_of(kBlanks)) != key) return;
    const auto value = ParseDecimal(WithoutBlanks(line.substr(key.size())), kLargestId);
    if (value) otherwise = static_cast<std::uint32_t>(*value);
  });
  return otherwise;
}

// useradd(8) and groupadd(8): the defaults of what they give out.
std::vector<ReservedIds> ReservedBy(std::string_view login_defs, std::string_view id) {
  const std::uint32_t first = NumberOf(login_defs, Sentence(id, "_MIN"), 1000);
  const std::uint32_t last = NumberOf(login_defs, Sentence(id, "_MAX"), 60000);
  const std::uint32_t last_system = NumberOf(login_defs, Sentence("SYS_", id, "_MAX"), first == 0 ? 0 : first - 1);
  std::vector<ReservedIds> reserved = {
      {{0, last_system}, Sentence("ids for the system, to SYS_", id, "_MAX of login.defs: ", last_system)}};
  if (first <= last) {
    reserved.push_back(
        {{first, last},
         Sentence("ids for new accounts, ", id, "_MIN ", first, " to ", id, "_MAX ", last, " of login.defs")});
  }
  reserved.push_back({{61184, 65519}, "ids that systemd gives to services with DynamicUser="});
  reserved.push_back({{65534, 65535},
                      "65534, which stands for every id that is not mapped, and 65535, which is none "
                      "in 16 bits"});
  return reserved;
}

// Services that are no directory: they know this machine's own users, or nobody.
bool IsLocal(std::string_view service) {
  constexpr std::string_view kLocal[] = {"files", "compat", "systemd", "altfiles", "extrausers", "db", "mymachines"};
  return std::find(std::begin(kLocal), std::end(kLocal), service) != std::end(kLocal);
}

std::string DirectoriesIn(std::string_view nsswitch) {
  std::string directories;
  ForEachLineOf(nsswitch, [&](std::string_view line) {
    line = WithoutBlanks(TakeField(line, '#'));
    const std::string_view database = line.substr(0, line.find_first_of(": \t"));
    if (!EqualsIgnoringCase(database, "passwd")) return;
    line.remove_prefix(std::min(database.size() + 1, line.size()));
    while (!line.empty()) {
      const auto end = line.find_first_of(" \t[");
      const std::string_view service = line.substr(0, end);
      const bool is_action = end != std::string_view::npos && line[end] == '[';
      line.remove_prefix(std::min(is_action ? line.find(']', end) : end, line.size() - 1) + 1);
      if (!IsServiceName(service) || IsLocal(service)) continue;
      if (!directories.empty()) directories += ' ';
      directories += service;
    }
  });
  return directories;
}

}  // namespace

LintAccounts::LintAccounts(std::string passwd, std::string group, std::string_view login_defs,
                           std::string_view nsswitch)
    : passwd_(std::move(passwd)),
      group_(std::move(group)),
      reserved_{ReservedBy(login_defs, "UID"), ReservedBy(login_defs, "GID")},
      directories_(DirectoriesIn(nsswitch)) {
  ForEachLineOf(passwd_, [&](std::string_view line) {
    const auto entry = ParsePasswdLine(line);
    if (!entry) return;
    const auto place = static_cast<std::uint32_t>(users_.size());
    if (!UidOf(entry->name)) by_name_.Add(HashOf(entry->name), place);
    if (NameOf(entry->uid.value).empty()) by_uid_.Add(HashOf(entry->uid.value), place);
    users_.push_back(*entry);
  });
  ForEachLineOf(group_, [&](std::string_view line) {
    const std::string_view name = TakeField(line);
    [[maybe_unused]] const std::string_view password = TakeField(line);
    const auto gid = ParseDecimal(TakeField(line), kLargestId);
    if (gid && !name.empty()) groups_.emplace_back(static_cast<std::uint32_t>(*gid), name);
  });
}

std::optional<std::uint32_t> LintAccounts::UidOf(std::string_view name) const {
  const std::uint32_t place = by_name_.Find(HashOf(name), [&](auto i) { return users_[i].name == name; });
  return place == FlatIndex::kNone ? std::nullopt : std::optional(users_[place].uid.value);
}

std::string_view LintAccounts::NameOf(std::uint32_t uid) const {
  const std::uint32_t place = by_uid_.Find(HashOf(uid), [&](auto i) { return users_[i].uid.value == uid; });
  return place == FlatIndex::kNone ? std::string_view() : users_[place].name;
}

std::vector<OwnedId> LintAccounts::OwnedIds(MapKind kind) const {
  std::vector<OwnedId> owned;
  if (kind == MapKind::kGid) {
    for (const auto& [gid, name] : groups_) owned.push_back({gid, name, "group"});
  }
  for (const PasswdEntry& user : users_) {
    owned.push_back({kind == MapKind::kUid ? user.uid.value : user.primary_group.value, user.name, "user"});
  }
  const auto id_before = [](const OwnedId& a, const OwnedId& b) { return a.id < b.id; };
  const auto same_id = [](const OwnedId& a, const OwnedId& b) { return a.id == b.id; };
  std::stable_sort(owned.begin(), owned.end(), id_before);
  owned.erase(std::unique(owned.begin(), owned.end(), same_id), owned.end());
  return owned;
}

}  // namespace uidmap
