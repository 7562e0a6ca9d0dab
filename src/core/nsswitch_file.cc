// SPDX-License-Identifier: BSD-3-Clause
#include "core/nsswitch_file.h"

#include <algorithm>

#include "core/fields.h"

namespace uidmap {
namespace {

// libc takes the name of a database up to the first blank or colon, and passes over all of them that follow
// (glibc: nss_database_from_action_line()); what it honours must not be overlooked here.
constexpr std::string_view kSeparators = ": \t\r\f\v";

std::string_view TakeWord(std::string_view& rest, std::string_view ends) {
  const std::string_view word = rest.substr(0, rest.find_first_of(ends));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(ends), rest.size()));
  return word;
}

}  // namespace

Result<void> CheckNsswitchLine(std::string_view line) {
  std::string_view rest = WithoutBlanks(TakeField(line, '#'));
  const std::string_view database = TakeWord(rest, kSeparators);
  const std::string_view source =
      TakeWord(rest, kBlanks);  // with what is right behind it, as in files[success=merge]
  if (source == "files") return {};
  // No source at all means that libc finds nobody; shadow passes over such a line for subid.
  if (EqualsIgnoringCase(database, "passwd")) return FailureOf(Reason::kPasswdSourceUnsupported, source);
  if (EqualsIgnoringCase(database, "subid") && !source.empty()) {
    return FailureOf(Reason::kSubidSourceUnsupported, source);
  }
  return {};
}

}  // namespace uidmap
