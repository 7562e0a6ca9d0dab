// SPDX-License-Identifier: BSD-3-Clause
#include "system/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace uidmap {
namespace {

// NS_GET_USERNS of the initial user namespace; kernel: PROC_USER_INIT_INO. It never changes.
constexpr ino_t kInitialUserNamespace = 0xEFFFFFFDU;

// Images of OpenShift make /etc/passwd and /etc/subuid group-writable on purpose, and inside a user namespace
// the kernel still bounds what a map can name. Where it cannot be known, the stricter rule counts.
bool InInitialUserNamespace() {
  struct stat status = {};
  return stat("/proc/self/ns/user", &status) != 0 || status.st_ino == kInitialUserNamespace;
}

bool IsCallersGroup(gid_t group) {
  if (group == getgid()) return true;
  constexpr int kMost = 65536;  // NGROUPS_MAX
  static gid_t groups[kMost];
  const int size = getgroups(kMost, groups);
  if (size < 0) return true;
  for (int i = 0; i < size; ++i) {
    if (groups[i] == group) return true;
  }
  return false;
}

Result<void> JudgeOpenFile(const char* path, int fd, const Uid& caller) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return FailureOf(Reason::kFileUnreadable, path, errno);
  if (!S_ISREG(status.st_mode)) return FailureOf(Reason::kFileNotRegular, path);
  const bool caller_is_root = caller.value == 0;
  if (!caller_is_root && status.st_uid == caller.value) return FailureOf(Reason::kFileOwnedByCaller, path);
  if ((status.st_mode & S_IWOTH) != 0) return FailureOf(Reason::kFileWritableByAll, path);
  if ((status.st_mode & S_IWGRP) != 0 && !caller_is_root && IsCallersGroup(status.st_gid) &&
      InInitialUserNamespace()) {
    return FailureOf(Reason::kFileWritableByCallersGroup, path);
  }
  return {};
}

}  // namespace

Result<UniqueFd> OpenConfigFile(const char* path, const Uid& caller) {
  // O_NONBLOCK: a FIFO without a writer would block the open.
  UniqueFd file(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return file;
    return FailureOf(Reason::kFileUnreadable, path, errno);
  }
  TRY(JudgeOpenFile(path, file.get(), caller));
  return file;
}

Result<bool> ReadChunk(const char* path, const UniqueFd& file, LineSplitter& lines) {
  const std::span<char> space = lines.Space();
  const ssize_t size = read(file.get(), space.data(), space.size());
  if (size < 0) return FailureOf(Reason::kFileUnreadable, path, errno);
  lines.Filled(static_cast<std::size_t>(size));
  return size > 0;
}

}  // namespace uidmap
