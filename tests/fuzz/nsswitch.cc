// SPDX-License-Identifier: BSD-3-Clause
// Whatever nsswitch.conf says, in whatever chunks: who settles accounts and who is asked for ranges is what the naive
// reader says, and no service is one whose name could lead dlopen(3) elsewhere.
#include "machine.h"
#include "naive.h"
#include "system/caller.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  fuzz::files.Reset(input.NextChunk());
  const std::string file = fuzz::files.contents["/etc/nsswitch.conf"] = input.Section();
  const fuzz::naive::Services expected = fuzz::naive::ServicesOf(file);

  const auto identity = uidmap::IdentifyLocally(row, {{1000}, {1000}});
  CHECK(identity.has_value() == !expected.is_refused);
  if (!identity.has_value()) {
    CHECK(identity.error().reason == uidmap::Reason::kSubidSourceUnsupported);
    fuzz::CheckMessage(row, identity.error());
    return 0;
  }
  const uidmap::NameServices& services = (*identity).services;
  CHECK(static_cast<int>(services.accounts) == expected.accounts);
  CHECK(services.subid.view().size() == expected.subid.size());
  bool have_plugin = false;
  for (std::size_t i = 0; i < expected.subid.size(); ++i) {
    CHECK(services.subid.view()[i].view() == expected.subid[i]);
    have_plugin = have_plugin || expected.subid[i] != "files";
  }
  CHECK(services.subid.HavePlugin() == have_plugin);
  CHECK((*identity).NeedsLookup() == (have_plugin || expected.accounts != 0));  // there is no /etc/passwd
  return 0;
}
