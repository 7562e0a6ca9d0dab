// SPDX-License-Identifier: BSD-3-Clause
#include "tools/range_owner.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "core/decimal.h"
#include "core/lookup_protocol.h"
#include "core/passwd_file.h"
#include "system/config_file.h"
#include "tools/lookup_start.h"

namespace uidmap {
namespace {

struct Account {
  Uid uid;
  BoundedText<AccountNames::kMaxBytes> name;
};

char entry_text[1024 * 1024];  // getpwnam_r(3) needs room for all fields; only pages that are used count

// The answer of getpwnam_r(3) or getpwuid_r(3); see lookup/account.cc for what libc tells apart.
template <class Ask>
Result<std::optional<Account>> AskNameServices(Ask ask) {
  errno = EIO;
  passwd entry = {};
  passwd* found = nullptr;
  const int error_number = ask(&entry, entry_text, sizeof entry_text, &found);
  if (found != nullptr && entry.pw_name != nullptr) {
    Account account{.uid = Uid{entry.pw_uid}, .name = {}};
    account.name.Append(entry.pw_name);
    return std::optional<Account>(account);
  }
  if (found == nullptr && error_number == 0) return std::optional<Account>();
  Failure failure{.reason = Reason::kAccountSourceFailed, .error_number = error_number};
  failure.said.Append(found != nullptr ? "the account has no name" : strerrordesc_np(error_number));
  return failure;
}

Result<std::optional<Account>> AskByName(std::string_view name) {
  BoundedText<AccountNames::kMaxBytes> text;
  text.Append(name);
  text.AppendByte('\0');
  if (text.overflowed()) return std::optional<Account>();
  return AskNameServices([&](auto... rest) { return getpwnam_r(text.view().data(), rest...); });
}

Result<std::optional<Account>> AskByUid(Uid uid) {
  return AskNameServices([&](auto... rest) { return getpwuid_r(uid.value, rest...); });
}

template <class Take>
Result<void> ForEachAccount(Take take) {
  TRY(ForEachLine("/etc/passwd", OwnIds().uid, [&](std::string_view line) -> Result<void> {
    const auto entry = ParsePasswdLine(line);
    return entry ? take(*entry) : Result<void>();
  }));
  return {};
}

Result<std::optional<Uid>> FindUid(std::string_view name, AccountSource source) {
  std::optional<Uid> uid;
  if (source == AccountSource::kFiles || source == AccountSource::kFilesThenOthers) {
    TRY(ForEachAccount([&](const PasswdEntry& entry) -> Result<void> {
      if (!uid && entry.name == name) uid = entry.uid;
      return {};
    }));
  }
  if (uid || source == AccountSource::kFiles) return uid;
  if (const auto account = TRY(AskByName(name))) uid = account->uid;
  return uid;
}

Result<void> AddName(RangeOwner& owner, std::string_view name) {
  for (std::size_t i = 0; i < owner.names.size(); ++i) {
    if (owner.names[i] == name) return {};
  }
  if (owner.names.Add(name)) return {};
  return Failure{.reason = Reason::kTooManyNames, .numbers = {owner.uid.value_or(Uid{}).value}};
}

Result<void> AddNamesOfFile(RangeOwner& owner) {
  return ForEachAccount([&](const PasswdEntry& entry) -> Result<void> {
    return entry.uid == owner.uid ? AddName(owner, entry.name) : Result<void>();
  });
}

// The account's name first, as in system/caller.cc, which does this for the caller.
Result<void> AddNames(RangeOwner& owner, AccountSource source) {
  if (source == AccountSource::kFiles || source == AccountSource::kFilesThenOthers) TRY(AddNamesOfFile(owner));
  if (source == AccountSource::kFiles || owner.names.size() > 0) return {};
  const auto account = TRY(AskByUid(*owner.uid));
  if (!account) return {};
  TRY(AddName(owner, account->name.view()));
  return source == AccountSource::kNameServices ? AddNamesOfFile(owner) : Result<void>();
}

// Neither a separator nor the mark of an entry for NIS stands in a name that passwd(5) or subuid(5) could have.
bool CouldBeName(std::string_view text) {
  return !text.empty() && text.size() <= kLongestAccountName && text.front() != '+' && text.front() != '-' &&
         text.find_first_of(":\n") == std::string_view::npos;
}

}  // namespace

Result<NameServices> ReadNameServices() {
  NameServices services;
  TRY(ForEachLine("/etc/nsswitch.conf", OwnIds().uid,
                  [&](std::string_view line) { return TakeNsswitchLine(line, services); }));
  return services;
}

Result<RangeOwner> FindRangeOwner(std::string_view user, const NameServices& services) {
  RangeOwner owner;
  if (IsAllDigits(user)) {
    const auto uid = ParseDecimal(user, kLargestId);
    if (!uid) return owner;
    owner.uid = Uid{static_cast<std::uint32_t>(*uid)};
    TRY(AddName(owner, user));  // in a file the same lines; a plugin is asked by what was given
    return owner;
  }
  if (!CouldBeName(user)) return owner;
  owner.uid = TRY(FindUid(user, services.accounts));
  if (owner.uid) {
    TRY(AddNames(owner, services.accounts));
  } else {
    TRY(AddName(owner, user));
  }
  return owner;
}

}  // namespace uidmap
