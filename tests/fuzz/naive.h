// SPDX-License-Identifier: BSD-3-Clause
// The rules once more, as the manual pages have them and without any thought of speed or memory: what src/ says of an
// input is compared with what this says. Nothing of src/core is used but its names for results.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz.h"

namespace fuzz::naive {

constexpr Number kNoId = 4294967295;
using Range = std::pair<Number, Number>;  // first and last

// A plain number is one that is printed the way it was written.
inline std::optional<Number> Plain(const std::string& text, Number largest) {
  const Number value = strtoull(text.c_str(), nullptr, 10);
  if (std::to_string(value) != text || value > largest) return std::nullopt;
  return value;
}

inline bool IsOneOf(char byte, std::string_view set) { return set.find(byte) != set.npos; }

// Takes `text` apart at every byte of `separators`; with the empty pieces between two of them.
inline std::vector<std::string> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string> pieces;
  while (true) {
    const auto end = text.find_first_of(separators);
    pieces.emplace_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

inline std::vector<std::string> Words(std::string_view text, std::string_view blanks = " \t\r\f\v") {
  std::vector<std::string> words = Split(text, blanks);
  std::erase(words, "");
  return words;
}

inline std::string Trimmed(std::string text) {
  while (!text.empty() && IsOneOf(text.back(), " \t\r\f\v")) text.pop_back();
  while (!text.empty() && IsOneOf(text.front(), " \t\r\f\v")) text.erase(0, 1);
  return text;
}

inline std::string LowerCase(std::string text) {
  for (char& byte : text) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + 32);
  }
  return text;
}

// The lines of a file of /etc that count: those of at most 1,023 bytes.
inline std::vector<std::string> FileLines(const std::string& file) {
  std::vector<std::string> lines = LinesOf(file);
  std::erase_if(lines, [](const std::string& line) { return line.size() > 1023; });
  return lines;
}

inline bool IsDigits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// ---- subuid(5)

inline std::vector<Range> GrantsOf(const std::string& file, Number uid, const std::vector<std::string>& names) {
  std::vector<std::string> owners = names;
  std::erase_if(owners, IsDigits);
  owners.push_back(std::to_string(uid));
  std::vector<Range> grants;
  for (const std::string& line : FileLines(file)) {
    const std::vector<std::string> fields = Split(line, ":");
    if (fields.size() != 3 || std::find(owners.begin(), owners.end(), fields[0]) == owners.end()) continue;
    const auto first = Plain(fields[1], kNoId);
    const auto count = Plain(fields[2], kNoId);
    if (first && count && *count > 0 && *first + *count - 1 <= kNoId)
      grants.emplace_back(*first, *first + *count - 1);
  }
  return grants;
}

inline std::optional<Number> FirstMissing(const std::vector<Range>& ranges, Range wanted) {
  for (Number next = wanted.first; next <= wanted.second;) {
    Number end = next;
    for (const Range& range : ranges) {
      if (range.first <= next && next <= range.second) end = std::max(end, range.second + 1);
    }
    if (end == next) return next;
    next = end;
  }
  return std::nullopt;
}

inline bool Covers(const std::vector<Range>& ranges, Range wanted) { return !FirstMissing(ranges, wanted); }

// The same ids in the least number of ranges.
inline std::vector<Range> Joined(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<Range> joined;
  for (const Range& range : ranges) {
    if (!joined.empty() && range.first <= joined.back().second + 1) {
      joined.back().second = std::max(joined.back().second, range.second);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

// ---- passwd(5)

struct Account {
  std::vector<std::string> names;
  std::optional<Number> group;
};

inline Account AccountOf(const std::string& file, Number uid) {
  Account account;
  for (const std::string& line : FileLines(file)) {
    const std::vector<std::string> fields = Split(Trimmed(line), ":");
    if (fields.size() != 7 || fields[0].empty() || IsOneOf(fields[0][0], "#+-")) continue;
    const auto group = Plain(fields[3], kNoId - 1);
    if (Plain(fields[2], kNoId - 1) != uid || !group) continue;
    if (!account.group) account.group = group;
    account.names.push_back(fields[0]);
  }
  return account;
}

// More than 32 names or 2,048 bytes of them are a refusal.
inline bool AreTooMany(const std::vector<std::string>& names) {
  std::size_t bytes = 0;
  for (const std::string& name : names) bytes += name.size();
  return names.size() > 32 || bytes > 2048;
}

// ---- nsswitch.conf(5)

struct Services {
  int accounts = 0;  // as AccountSource
  std::vector<std::string> subid;
  bool is_refused = false;
};

inline int AccountsFrom(const std::vector<std::string>& services) {
  const bool have_files = std::any_of(services.begin(), services.end(), [](const std::string& service) {
    return service.starts_with("files") || service.starts_with("compat");
  });
  if (!have_files) return 3;
  if (services.size() == 1 && services[0] == "files") return 0;
  return services[0] == "files" && services[1][0] != '[' ? 1 : 2;
}

inline bool IsServiceName(const std::string& name) {
  return !name.empty() && name.size() <= 50 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
             std::string::npos;
}

inline Services ServicesOf(const std::string& file) {
  Services services;
  for (const std::string& line : FileLines(file)) {
    const std::string text = Trimmed(Split(line, "#")[0]);
    const std::string database = Split(text, ": \t\r\f\v")[0];
    std::string rest = text.substr(database.size());
    while (!rest.empty() && IsOneOf(rest[0], ": \t\r\f\v")) rest.erase(0, 1);
    const std::vector<std::string> words = Words(rest);
    if (LowerCase(database) == "passwd") services.accounts = std::max(services.accounts, AccountsFrom(words));
    if (LowerCase(database) != "subid" || !services.subid.empty()) continue;
    services.subid = words;
    services.is_refused = words.size() > 8 || !std::all_of(words.begin(), words.end(), IsServiceName);
    if (services.is_refused) return services;
  }
  return services;
}

// ---- login.defs(5)

inline bool MayUseAnyGroup(const std::string& file) {
  bool any = false;
  for (const std::string& line : FileLines(file)) {
    const std::string text = Trimmed(line);
    const std::vector<std::string> words = Words(text);
    if (words.empty() || words[0] != "GRANT_AUX_GROUP_SUBIDS") continue;
    const std::string value = LowerCase(Trimmed(text.substr(words[0].size())));
    any = value == "yes" || value == "\"yes\"";
  }
  return any;
}

}  // namespace fuzz::naive
