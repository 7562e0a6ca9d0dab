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

bool HaveFiles(std::string_view services) {
  while (!services.empty()) {
    const std::string_view service = TakeWord(services, kBlanks);
    if (service.starts_with(kFilesService) || service.starts_with("compat")) return true;  // [action] may be attached
  }
  return false;
}

// An action in brackets right behind "files" can give what files know to the next service, as [success=continue]
// does.
AccountSource SourceOf(std::string_view services) {
  if (!HaveFiles(services)) return AccountSource::kOthers;
  const std::string_view first = TakeWord(services, kBlanks);
  if (first != kFilesService || services.starts_with('[')) return AccountSource::kNameServices;
  return services.empty() ? AccountSource::kFiles : AccountSource::kFilesThenOthers;
}

}  // namespace

bool IsServiceName(std::string_view name) {
  const auto may_be_in_name = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '-';
  };
  return !name.empty() && name.size() <= SubidServices::kLongestName &&
         std::all_of(name.begin(), name.end(), may_be_in_name);
}

bool SubidServices::Add(std::string_view name) {
  if (size_ == kMaxServices || !IsServiceName(name)) return false;
  names_[size_++].Append(name);
  return true;
}

bool SubidServices::HavePlugin() const {
  return std::any_of(view().begin(), view().end(), [](const Name& name) { return name.view() != kFilesService; });
}

Result<void> TakeNsswitchLine(std::string_view line, NameServices& services) {
  std::string_view rest = WithoutBlanks(TakeField(line, '#'));
  const std::string_view database = TakeWord(rest, kSeparators);
  if (EqualsIgnoringCase(database, "passwd")) services.accounts = std::max(services.accounts, SourceOf(rest));
  if (!EqualsIgnoringCase(database, "subid") || !services.subid.empty()) return {};
  while (!rest.empty()) {
    const std::string_view service = TakeWord(rest, kBlanks);
    if (!services.subid.Add(service)) return FailureOf(Reason::kSubidSourceUnsupported, service);
  }
  return {};
}

}  // namespace uidmap
