// SPDX-License-Identifier: BSD-3-Clause
#include "system/caller.h"

#include <unistd.h>

#include "core/decimal.h"
#include "core/nsswitch_file.h"
#include "core/passwd_file.h"
#include "system/config_file.h"

namespace uidmap {
namespace {

Result<void> TakeAccount(Caller& caller, const PasswdEntry& entry) {
  if (!caller.primary_group) caller.primary_group = entry.primary_group;
  // subuid(5): an all-digit owner is a uid, so such a name can own nothing.
  if (IsAllDigits(entry.name) || caller.names.Contain(entry.name)) return {};
  if (!caller.names.Add(entry.name)) return Failure{.reason = Reason::kTooManyNames, .numbers = {caller.uid.value}};
  return {};
}

}  // namespace

Result<Caller> IdentifyCaller() {
  Caller caller{.uid = {getuid()}, .gid = {getgid()}, .primary_group = {}, .names = {}};
  TRY(ForEachLine("/etc/nsswitch.conf", caller.uid, CheckNsswitchLine));
  TRY(ForEachLine("/etc/passwd", caller.uid, [&](std::string_view line) -> Result<void> {
    const auto entry = ParsePasswdLine(line);
    if (!entry || entry->uid != caller.uid) return {};
    return TakeAccount(caller, *entry);
  }));
  return caller;
}

}  // namespace uidmap
