// SPDX-License-Identifier: BSD-3-Clause
#include "core/nsswitch_file.h"

#include "core/fields.h"

namespace uidmap {
namespace {

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
