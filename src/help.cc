// SPDX-License-Identifier: BSD-3-Clause
#include "help.h"

namespace uidmap {

Message RenderHelp(const MapKindRow& row) {
  Message help;
  help.Append(row.usage);
  help.Append("\n\nMaps subordinate ");
  help.Append(row.id_word);
  help.Append("s into the user namespace of a process of one's own, as far as\n");
  help.Append(row.grant_file);
  help.Append(" grants them to the caller. See ");
  help.Append(row.program);
  help.Append("(1).\n");
  return help;
}

Message RenderVersion(const MapKindRow& row) {
  Message version;
  version.Append(row.program);
  version.Append(" (uidmap-ng) " UIDMAP_VERSION "\n");
  return version;
}

}  // namespace uidmap
