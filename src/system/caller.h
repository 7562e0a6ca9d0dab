// SPDX-License-Identifier: BSD-3-Clause
// Finding out who asks, in two steps: what the files of this machine say, and what only other services can say.
#pragma once

#include <cstdint>

#include "core/caller.h"
#include "core/map_kind.h"
#include "core/nsswitch_file.h"
#include "core/result.h"
#include "system/lookup_client.h"

namespace uidmap {

enum class Account : std::uint8_t {
  kSettled,    // as in LocalIdentity::caller, which may have no name: nobody else would know one
  kElsewhere,  // other services must say
};

enum class Policy : std::uint8_t { kNone, kExists };

struct LocalIdentity {
  Caller caller;  // as far as /etc/passwd knows him
  NameServices services;
  Account account = Account::kSettled;
  Policy policy = Policy::kNone;
  const char* writable_file = nullptr;  // one of those that count although the caller could write it

  // True if uidmap-lookup will have to be asked, whatever the request is. Depends on nothing but the real uid,
  // /etc/passwd, /etc/nsswitch.conf and whether there is a PAM policy.
  [[nodiscard]] bool NeedsLookup() const {
    return account == Account::kElsewhere || policy == Policy::kExists || services.subid.HavePlugin();
  }
};

// Reads /etc/nsswitch.conf and /etc/passwd, and looks for the PAM policy of the program. `ids` come from
// DormantPrivileges. A file that cannot be trusted (config_file.h) is a failure; an absent one is not.
[[nodiscard]] Result<LocalIdentity> IdentifyLocally(const MapKindRow& row, CallerIds ids);

// Who the caller is, asking `lookup` where the files do not say, and admitted by the policy if there is one. A uid
// that no source knows is a caller without a name; a policy does not admit him.
[[nodiscard]] Result<Caller> CompleteIdentity(const MapKindRow& row, const LocalIdentity& identity,
                                              LookupClient& lookup);

}  // namespace uidmap
