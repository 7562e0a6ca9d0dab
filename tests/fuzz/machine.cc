// SPDX-License-Identifier: BSD-3-Clause
// What the linker puts in the place of the C library's calls (ld(1), --wrap), and of the other end of a socket.
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "fuzz.h"
#include "system/lookup_client.h"

namespace fuzz {

Files files;
Lookup lookup = nullptr;

namespace {

constexpr int kFirstFile = 1'000'000;

bool IsOurs(std::string_view path) { return path.starts_with("/etc/") || path.starts_with("/proc/self/"); }
bool IsOurs(int fd) { return fd >= kFirstFile; }

Files::Open& FileAt(int fd) {
  CHECK(static_cast<std::size_t>(fd - kFirstFile) < files.open.size());
  Files::Open& file = files.open[static_cast<std::size_t>(fd - kFirstFile)];
  CHECK(file.is_open);
  return file;
}

}  // namespace
}  // namespace fuzz

extern "C" {
int __real_open(const char* path, int flags, ...);
int __real_close(int fd);
ssize_t __real_read(int fd, void* buffer, size_t size);
int __real_fstat(int fd, struct stat* status);
int __real_lstat(const char* path, struct stat* status);
long __real_syscall(long number, ...);

int __wrap_open(const char* path, int flags, mode_t mode) {
  if (!fuzz::IsOurs(path)) return __real_open(path, flags, mode);
  CHECK((flags & O_ACCMODE) == O_RDONLY && (flags & O_CLOEXEC) != 0);
  const auto found = fuzz::files.contents.find(std::string_view(path));
  if (found == fuzz::files.contents.end()) {
    errno = ENOENT;
    return -1;
  }
  const std::string& content = found->second;
  fuzz::files.open.push_back({content, std::max(fuzz::files.chunk, content.size() / 500), true});
  return fuzz::kFirstFile + static_cast<int>(fuzz::files.open.size()) - 1;
}

int __wrap_close(int fd) {
  if (!fuzz::IsOurs(fd)) return __real_close(fd);
  fuzz::FileAt(fd).is_open = false;
  return 0;
}

ssize_t __wrap_read(int fd, void* buffer, size_t size) {
  if (!fuzz::IsOurs(fd)) return __real_read(fd, buffer, size);
  CHECK(size > 0);
  fuzz::Files::Open& file = fuzz::FileAt(fd);
  const std::string_view chunk = file.rest.substr(0, std::min(size, file.chunk));
  memcpy(buffer, chunk.data(), chunk.size());
  file.rest.remove_prefix(chunk.size());
  return static_cast<ssize_t>(chunk.size());
}

// Root's, and nobody else may write it: what becomes of other files is for the tests that have real ones.
int __wrap_fstat(int fd, struct stat* status) {
  if (!fuzz::IsOurs(fd)) return __real_fstat(fd, status);
  *status = {};
  status->st_mode = S_IFREG | 0644;
  return 0;
}

int __wrap_lstat(const char* path, struct stat* status) {
  if (!fuzz::IsOurs(path)) return __real_lstat(path, status);
  *status = {};
  status->st_mode = S_IFREG | 0644;
  if (fuzz::files.contents.contains(std::string_view(path))) return 0;
  errno = ENOENT;
  return -1;
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
  if (number != SYS_faccessat2) return __real_syscall(number, a, b, c, d, e, f);
  errno = EROFS;
  return -1;
}
}

namespace uidmap {

Companion::~Companion() = default;

Result<LookupAnswer> LookupClient::Ask(const LookupQuery& query) {
  CHECK(fuzz::lookup != nullptr);
  return fuzz::lookup(query);
}

}  // namespace uidmap
