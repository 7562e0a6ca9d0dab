// SPDX-License-Identifier: BSD-3-Clause
#include "tools/surroundings.h"

#include <fstream>
#include <iterator>

#include "system/own_namespace.h"

namespace uidmap {

Helper FindHelper(MapKind kind, const std::string& search_path) {
  const MapKindRow& row = RowOf(kind);
  Helper helper{.row = row, .in_path = FindInPath(row.program, search_path)};
  helper.usual = LookAtProgram(row, std::string("/usr/bin/").append(row.program));
  helper.used = helper.in_path.empty() ? helper.usual : LookAtProgram(row, helper.in_path.front());
  return helper;
}

Surroundings LookAround(const std::string& search_path) {
  return {.process = ReadProcessState(),
          .is_nested = !InInitialUserNamespace(),
          .helpers = {FindHelper(MapKind::kUid, search_path), FindHelper(MapKind::kGid, search_path)}};
}

std::optional<long long> ReadNumber(const std::string& path) {
  std::ifstream file(path);
  long long number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

}  // namespace uidmap
