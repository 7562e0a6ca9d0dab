// SPDX-License-Identifier: BSD-3-Clause
#include "system/own_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "system/small_file.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

constexpr const char* kOwnFile = "/proc/self/exe";

// ptrace(2): exec under a tracer without privilege gives none. The tracer may be gone again; then this is not seen.
bool IsTraced() {
  const UniqueFd file(open("/proc/self/status", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  std::array<char, 1024> bytes;
  return ValueOf(ReadOnce(file, bytes), "TracerPid").value_or("0") != "0";
}

// user_namespaces(7), capabilities(7), execve(2). What is not the file's can no more be seen.
std::string_view WhyMarkHasNoEffect(uid_t owner) {
  if (owner != 0) return "its owner is not root in this user namespace";
  return "its group is unknown in this user namespace, SECBIT_NOROOT is set, or the file has a "
         "capability as well";
}

}  // namespace

Failure WhyExecGaveNothing() {
  std::array<char, 120> path;
  const ssize_t size = readlinkat(AT_FDCWD, kOwnFile, path.data(), path.size());  // not readlink(2): filter_program.h
  const auto because = [&](Reason reason) {
    return FailureOf(reason, {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
  };
  const UniqueFd file(open(kOwnFile, O_PATH | O_CLOEXEC));
  struct statfs file_system = {};
  struct stat status = {};
  if (!file.is_open() || fstatfs(file.get(), &file_system) != 0 || fstat(file.get(), &status) != 0) {
    return because(Reason::kNoPrivilege);
  }
  if ((file_system.f_flags & ST_NOSUID) != 0) return because(Reason::kNosuidMount);
  if (IsTraced()) return because(Reason::kTracedAtExec);
  if ((status.st_mode & S_ISUID) == 0) return because(Reason::kNoPrivilege);
  Failure failure = because(Reason::kMarkWithoutEffect);
  failure.said.Append(WhyMarkHasNoEffect(status.st_uid));
  return failure;
}

}  // namespace uidmap
