// SPDX-License-Identifier: BSD-3-Clause
// Whatever /etc/passwd says, in whatever chunks: the caller has the names and the primary group of the lines with his
// uid.
#include "core/passwd_file.h"
#include "machine.h"
#include "naive.h"
#include "system/caller.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  fuzz::files.Reset(input.NextChunk());
  const uidmap::CallerIds ids = {{input.NextNumber()}, {input.NextNumber()}};
  const std::string file = fuzz::files.contents["/etc/passwd"] = input.Section();
  const fuzz::naive::Account account = fuzz::naive::AccountOf(file, ids.uid.value);

  const auto identity = uidmap::IdentifyLocally(row, ids);
  CHECK(identity.has_value() == !fuzz::naive::AreTooMany(account.names));
  if (!identity.has_value()) {
    CHECK(identity.error().reason == uidmap::Reason::kTooManyNames);
    fuzz::CheckMessage(row, identity.error());
    return 0;
  }
  const uidmap::Caller& caller = (*identity).caller;
  CHECK(caller.uid == ids.uid && caller.gid == ids.gid);
  CHECK(caller.primary_group.has_value() == account.group.has_value());
  if (account.group) CHECK(caller.primary_group->value == *account.group);
  CHECK(caller.names.size() == account.names.size());
  for (std::size_t i = 0; i < account.names.size(); ++i) CHECK(caller.names[i] == account.names[i]);
  CHECK(!(*identity).NeedsLookup());
  return 0;
}
