// SPDX-License-Identifier: BSD-3-Clause
#include "system/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "core/text.h"
#include "system/own_namespace.h"

namespace uidmap {
namespace {

// What the kernel answers to somebody who may not write.
bool SaysNo(int error_number) { return error_number == EACCES || error_number == EROFS; }

// faccessat2(2) says EPERM of an immutable file, and a container's filter says it, or ENOSYS, of any. Opening the
// file for writing tells them apart: no filter can refuse that and let this program work. Nothing is written.
bool CouldOpenForWriting(int fd) {
  BoundedText<32> path;
  path.Append("/proc/self/fd/");
  path.AppendDecimal(static_cast<std::uint64_t>(fd));
  path.AppendByte('\0');
  if (UniqueFd(open(path.view().data(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)).is_open()) return true;
  return !SaysNo(errno) && errno != EPERM;
}

// Asks the kernel, which knows about groups and access control lists. Any answer but a clear no counts as yes.
bool CallerMayWrite(int fd) {
  if (syscall(SYS_faccessat2, fd, "", W_OK, AT_EMPTY_PATH) == 0) return true;
  if (SaysNo(errno)) return false;
  return (errno != EPERM && errno != ENOSYS) || CouldOpenForWriting(fd);
}

Result<SourceState> JudgeOpenFile(const char* path, int fd, Uid caller) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return FailureOf(Reason::kFileUnreadable, path, errno);
  if (!S_ISREG(status.st_mode)) return FailureOf(Reason::kFileNotRegular, path);
  if ((status.st_mode & S_IWOTH) != 0) return FailureOf(Reason::kFileWritableByAll, path);
  if (caller.value == 0) return SourceState::kRead;  // root owns the configuration anyway
  if (status.st_uid == caller.value) return FailureOf(Reason::kFileOwnedByCaller, path);
  if (!CallerMayWrite(fd)) return SourceState::kRead;
  // Images for OpenShift make /etc/passwd and /etc/subuid group-writable on purpose, and inside a user namespace the
  // kernel still bounds what a map can name.
  if (InInitialUserNamespace()) return FailureOf(Reason::kFileWritableByCaller, path);
  return SourceState::kReadThoughWritable;
}

}  // namespace

Result<ConfigFile> OpenConfigFile(const char* path, Uid caller) {
  // O_NONBLOCK: a FIFO without a writer would block the open.
  UniqueFd file(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return ConfigFile();
    return FailureOf(Reason::kFileUnreadable, path, errno);
  }
  const SourceState state = TRY(JudgeOpenFile(path, file.get(), caller));
  return ConfigFile{std::move(file), state};
}

Result<std::size_t> ReadChunk(const char* path, const UniqueFd& file, LineBlocks& lines) {
  const std::span<char> space = lines.Space();
  const ssize_t size = read(file.get(), space.data(), space.size());
  if (size < 0) return FailureOf(Reason::kFileUnreadable, path, errno);
  lines.Filled(static_cast<std::size_t>(size));
  return static_cast<std::size_t>(size);
}

}  // namespace uidmap
