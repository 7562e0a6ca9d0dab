// SPDX-License-Identifier: BSD-3-Clause
#include "system/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/group_list.h"
#include "core/text.h"
#include "system/own_namespace.h"
#include "system/small_file.h"

namespace uidmap {
namespace {

// Both give the kernel's answer as an errno, 0 for a yes.
int AnswerToAccess(int fd) { return syscall(SYS_faccessat2, fd, "", W_OK, AT_EMPTY_PATH) == 0 ? 0 : errno; }

// Nothing is written.
int AnswerToOpening(int fd) {
  BoundedText<32> path;
  path.Append("/proc/self/fd/");
  path.AppendDecimal(static_cast<std::uint64_t>(fd));
  path.AppendByte('\0');
  return UniqueFd(open(path.view().data(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)).is_open() ? 0 : errno;
}

// SELinux answers for the domain of this program, which may write nothing, where it has one of its own. So a no is
// compared with the mode. acl(5): where there is a list, the mode's bits for the group are its mask, without which no
// entry lets anybody but the owner write; what entries there are is not asked.
bool ModeLetsCallerWrite(const struct stat& status) {
  if ((status.st_mode & S_IWGRP) == 0) return false;
  constinit static std::array<char, std::size_t{16} * 1024> room{};
  return MayBeInGroup(ReadOnce(UniqueFd(open("/proc/self/status", O_RDONLY | O_CLOEXEC)), room), {status.st_gid});
}

// Asks the kernel, which knows about groups and access control lists. Any answer but a clear no counts as yes.
// faccessat2(2) says EPERM of an immutable file, and a container's filter says it, or ENOSYS, of any. Opening the
// file for writing tells them apart: no filter can refuse that and let this program work.
bool CallerMayWrite(int fd, const struct stat& status) {
  int answer = AnswerToAccess(fd);
  if (answer == EPERM || answer == ENOSYS) answer = AnswerToOpening(fd);
  if (answer == EACCES) return ModeLetsCallerWrite(status);
  return answer != EROFS && answer != EPERM;
}

Result<SourceState> JudgeOpenFile(const char* path, int fd, Uid caller) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return FailureOf(Reason::kFileUnreadable, path, errno);
  if (!S_ISREG(status.st_mode)) return FailureOf(Reason::kFileNotRegular, path);
  if ((status.st_mode & S_IWOTH) != 0) return FailureOf(Reason::kFileWritableByAll, path);
  if (caller.value == 0) return SourceState::kRead;  // root owns the configuration anyway
  if (status.st_uid == caller.value) return FailureOf(Reason::kFileOwnedByCaller, path);
  if (!CallerMayWrite(fd, status)) return SourceState::kRead;
  // Images for OpenShift make /etc/passwd and /etc/subuid group-writable on purpose, and inside a user namespace the
  // kernel still bounds what a map can name.
  if (InInitialUserNamespace()) return FailureOf(Reason::kFileWritableByCaller, path);
  return SourceState::kReadThoughWritable;
}

// An access control list or a security module has the last word where the mode lets everybody read.
Failure CannotOpen(const char* path, int error_number) {
  constexpr mode_t kForAllToRead = S_IRUSR | S_IRGRP | S_IROTH;
  struct stat status = {};
  const bool forbidden =
      error_number == EACCES && stat(path, &status) == 0 && (status.st_mode & kForAllToRead) == kForAllToRead;
  return FailureOf(forbidden ? Reason::kFileForbidden : Reason::kFileUnreadable, path, error_number);
}

}  // namespace

Result<ConfigFile> OpenConfigFile(const char* path, Uid caller) {
  // O_NONBLOCK: a FIFO without a writer would block the open.
  UniqueFd file(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return ConfigFile();
    return CannotOpen(path, errno);
  }
  const SourceState state = TRY(JudgeOpenFile(path, file.get(), caller));
  return ConfigFile{std::move(file), state};
}

LineBlocks& EmptyLineBlocks() {
  constinit static LineBlocks lines;
  lines.Clear();
  return lines;
}

Result<std::size_t> ReadChunk(const char* path, const UniqueFd& file, LineBlocks& lines) {
  const std::span<char> space = lines.Space();
  const ssize_t size = read(file.get(), space.data(), space.size());
  if (size < 0) return FailureOf(Reason::kFileUnreadable, path, errno);
  lines.Filled(static_cast<std::size_t>(size));
  return static_cast<std::size_t>(size);
}

}  // namespace uidmap
