// SPDX-License-Identifier: BSD-3-Clause
// Making user namespaces for real, in a child process that ends with them.
#pragma once

namespace uidmap {

struct NamespaceTrial {
  int levels = 0;           // that could be made, one in the other, of kWantedLevels
  int error_number = 0;     // of the one that could not
  int error_of_use = 0;     // errno of an act for which the first one's root must have privilege in it, 0 if it had
  int error_of_map = 0;     // errno of giving it a map of the own ids
  int error_of_mounts = 0;  // errno of making a mount and a pid namespace there
  int error_of_proc = 0;    // errno of mounting a new /proc there, 0 if that worked
};

// A container, and one in it.
inline constexpr int kWantedLevels = 2;

[[nodiscard]] NamespaceTrial TryNamespaces();

}  // namespace uidmap
