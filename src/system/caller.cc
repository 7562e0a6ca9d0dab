// SPDX-License-Identifier: BSD-3-Clause
#include "system/caller.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/attributes.h"
#include "core/key_search.h"
#include "core/login_defs.h"
#include "core/lookup_protocol.h"
#include "core/passwd_file.h"
#include "system/config_file.h"

namespace uidmap {
namespace {

constexpr const char* kNsswitch = "/etc/nsswitch.conf";
constexpr const char* kPasswd = "/etc/passwd";

Result<void> AddName(Caller& caller, std::string_view name) {
  if (caller.names.Add(name)) return {};
  return Failure{.reason = Reason::kTooManyNames, .numbers = {caller.uid.value}};
}

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
    TRY(AddName(caller, entry->name));
  }
  return Reading::kGoOn;
}

Account WhoSettles(AccountSource source, const Caller& caller) {
  if (source == AccountSource::kFiles) return Account::kSettled;
  if (source == AccountSource::kFilesThenOthers && caller.primary_group) return Account::kSettled;
  return Account::kElsewhere;
}

// Without a file of the program's own, PAM would ask the policy named "other", which is not meant for it.
Result<Policy> FindPolicy(const MapKindRow& row, Uid caller) {
  for (const char* const path : row.policy_files) {
    struct stat status = {};
    if (lstat(path, &status) != 0 && errno == ENOENT) continue;
    const ConfigFile file = TRY(OpenConfigFile(path, caller));
    if (file.state != SourceState::kAbsent) return Policy::kExists;
    return FailureOf(Reason::kFileUnreadable, path, ENOENT);  // a link that leads nowhere was meant to be a policy
  }
  return Policy::kNone;
}

// What the services say comes first: it is the account. What /etc/passwd has for the uid, if it is one of them, are
// further names of it.
Result<Caller> CompleteAccount(const MapKindRow& row, const LocalIdentity& identity, LookupClient& lookup) {
  const Caller& local = identity.caller;
  UIDMAP_UNINITIALIZED const LookupAnswer answer = TRY(lookup.Ask(AskForAccount(row.kind)));
  const auto account = TRY(ReadAccount(answer, local.uid));
  Caller caller{.uid = local.uid, .gid = local.gid, .primary_group = {}, .names = {}};
  if (!account) return caller;
  caller.primary_group = account->primary_group;
  TRY(AddName(caller, account->name));
  const bool has_files = identity.services.accounts != AccountSource::kOthers;
  for (std::size_t i = 0; has_files && i < local.names.size(); ++i) {
    if (local.names[i] != account->name) TRY(AddName(caller, local.names[i]));
  }
  return caller;
}

Result<void> CheckPolicy(const MapKindRow& row, const Caller& caller, LookupClient& lookup) {
  const std::string_view name = caller.names.First();
  if (name.empty() || name.size() > kLongestAccountName) {
    return Failure{.reason = Reason::kPolicyWithoutName, .numbers = {caller.uid.value}};
  }
  return ReadPolicy(TRY(lookup.Ask(AskForPolicy(row.kind, name))));
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

Result<LocalIdentity> IdentifyLocally(const MapKindRow& row, CallerIds ids) {
  LocalIdentity identity{.caller = {.uid = ids.uid, .gid = ids.gid, .primary_group = {}, .names = {}},
                         .services = {}};
  Caller& caller = identity.caller;
  const auto note = [&](const char* path, SourceState state) {
    if (state == SourceState::kReadThoughWritable) identity.writable_file = path;
  };
  note(kNsswitch, TRY(ForEachLine(kNsswitch, ids.uid,
                                  [&](std::string_view line) { return TakeNsswitchLine(line, identity.services); })));
  note(kPasswd,
       TRY(ForEachBlock(kPasswd, ids.uid, [&](std::string_view block) { return TakeAccounts(caller, block); })));
  identity.account = WhoSettles(identity.services.accounts, caller);
  identity.policy = TRY(FindPolicy(row, ids.uid));
  return identity;
}

Result<Caller> CompleteIdentity(const MapKindRow& row, const LocalIdentity& identity, LookupClient& lookup) {
  Caller caller =
      identity.account == Account::kSettled ? identity.caller : TRY(CompleteAccount(row, identity, lookup));
  if (identity.policy == Policy::kExists) TRY(CheckPolicy(row, caller, lookup));
  if (caller.primary_group.value_or(caller.gid) != caller.gid) caller.group_rule = TRY(ReadGroupRule(caller.uid));
  return caller;
}

}  // namespace uidmap
