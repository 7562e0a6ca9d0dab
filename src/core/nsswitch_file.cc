// SPDX-License-Identifier: BSD-3-Clause
#include "core/nsswitch_file.h"

#include "core/fields.h"

namespace uidmap {
namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

std::string_view WithoutBlanks(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    const char lower = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    if (lower != lower_case[i]) return false;
  }
  return true;
}

// The first source and what is written right behind it: "files" or "files[success=merge]".
std::string_view FirstSource(std::string_view sources) {
  sources = WithoutBlanks(sources);
  return sources.substr(0, sources.find_first_of(kBlanks));
}

}  // namespace

Result<void> CheckNsswitchLine(std::string_view line) {
  std::string_view rest = TakeField(line, '#');
  const std::string_view database = WithoutBlanks(TakeField(rest));
  const std::string_view source = FirstSource(rest);
  if (source.empty() || source == "files") return {};
  if (EqualsIgnoringCase(database, "passwd")) return FailureOf(Reason::kPasswdSourceUnsupported, source);
  if (EqualsIgnoringCase(database, "subid")) return FailureOf(Reason::kSubidSourceUnsupported, source);
  return {};
}

}  // namespace uidmap
