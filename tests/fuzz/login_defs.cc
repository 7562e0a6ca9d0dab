// SPDX-License-Identifier: BSD-3-Clause
// Whatever login.defs says, in whatever chunks: groups other than the primary one count only where the naive reader
// finds that the last line on them says yes.
#include "machine.h"
#include "naive.h"
#include "system/caller.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  fuzz::files.Reset(input.NextChunk());
  const uidmap::Gid real_group = {input.NextNumber() % 2 == 0 ? 100U : 200U};
  const std::string file = fuzz::files.contents["/etc/login.defs"] = input.Section();
  fuzz::files.contents["/etc/passwd"] = "alice:x:1000:100:::\n";

  const auto identity = uidmap::IdentifyLocally(row, {{1000}, real_group});
  CHECK(identity.has_value());
  uidmap::LookupClient nobody;
  const auto caller = uidmap::CompleteIdentity(row, *identity, nobody);
  CHECK(caller.has_value());
  const bool any = real_group.value != 100 && fuzz::naive::MayUseAnyGroup(file);
  CHECK(((*caller).group_rule == uidmap::GroupRule::kAnyOfHis) == any);
  return 0;
}
