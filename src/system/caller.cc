// SPDX-License-Identifier: BSD-3-Clause
#include "system/caller.h"

#include "core/key_search.h"
#include "core/login_defs.h"
#include "core/nsswitch_file.h"
#include "core/passwd_file.h"
#include "system/config_file.h"

namespace uidmap {
namespace {

// The first line with the uid is the account; more of them are further names of it, so the whole file is read.
Result<Reading> TakeAccounts(Caller& caller, std::string_view block) {
  BoundedText<10> uid;
  uid.AppendDecimal(caller.uid.value);
  const std::string_view keys[] = {uid.view()};
  std::string_view line;
  for (KeySearch search(block, ':', keys); search.Next(line);) {
    const auto entry = ParsePasswdLine(line);
    if (!entry || entry->uid != caller.uid) continue;
    if (!caller.primary_group) caller.primary_group = entry->primary_group;
    if (!caller.names.Add(entry->name)) {
      return Failure{.reason = Reason::kTooManyNames, .numbers = {caller.uid.value}};
    }
  }
  return Reading::kGoOn;
}

Result<GroupRule> ReadGroupRule(Uid caller) {
  GroupRule rule = GroupRule::kPrimaryOnly;
  TRY(ForEachLine("/etc/login.defs", caller, [&](std::string_view line) -> Result<void> {
    rule = ParseLoginDefsLine(line).value_or(rule);
    return {};
  }));
  return rule;
}

}  // namespace

Result<Caller> IdentifyCaller(CallerIds ids) {
  Caller caller{.uid = ids.uid, .gid = ids.gid, .primary_group = {}, .names = {}};
  TRY(ForEachLine("/etc/nsswitch.conf", caller.uid, CheckNsswitchLine));
  TRY(ForEachBlock("/etc/passwd", caller.uid, [&](std::string_view block) { return TakeAccounts(caller, block); }));
  if (caller.primary_group.value_or(caller.gid) != caller.gid) caller.group_rule = TRY(ReadGroupRule(caller.uid));
  return caller;
}

}  // namespace uidmap
