// SPDX-License-Identifier: BSD-3-Clause
#include "system/own_namespace.h"

#include <sys/stat.h>

namespace uidmap {
namespace {

// The inode of the initial user namespace in nsfs; kernel: PROC_USER_INIT_INO. It never changes.
constexpr ino_t kInitialUserNamespace = 0xEFFFFFFDU;

}  // namespace

bool InInitialUserNamespace() {
  struct stat status = {};
  return stat("/proc/self/ns/user", &status) != 0 || status.st_ino == kInitialUserNamespace;
}

}  // namespace uidmap
