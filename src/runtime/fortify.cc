// SPDX-License-Identifier: BSD-3-Clause
// What _FORTIFY_SOURCE makes of calls whose buffer the compiler knows the size of: an own bug that would reach beyond
// it ends the run, as all do.

// Fortified, this would call itself. Distributions set it by -Wp, behind every -U that a build can give.
#undef _FORTIFY_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#if __USE_FORTIFY_LEVEL > 0
#error "fortified"
#endif

namespace {

void MustFit(std::size_t size, std::size_t room) {
  if (size > room) _exit(1);
}

// No file is ever created here; open(2) would want a mode.
void MustNotCreate(int flags) {
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) _exit(1);
}

}  // namespace

extern "C" {

#if _FILE_OFFSET_BITS == 64
int __open64_2(const char* path, int flags) { return MustNotCreate(flags), open(path, flags); }
int __openat64_2(int directory, const char* path, int flags) {
  return MustNotCreate(flags), openat(directory, path, flags);
}
#endif
ssize_t __read_chk(int file, void* to, std::size_t size, std::size_t room) {
  return MustFit(size, room), read(file, to, size);
}
ssize_t __pread64_chk(int file, void* to, std::size_t size, off_t from, std::size_t room) {
  return MustFit(size, room), pread(file, to, size, from);
}
ssize_t __recv_chk(int file, void* to, std::size_t size, std::size_t room, int flags) {
  return MustFit(size, room), recv(file, to, size, flags);
}
ssize_t __readlinkat_chk(int directory, const char* path, char* to, std::size_t size, std::size_t room) {
  return MustFit(size, room), readlinkat(directory, path, to, size);
}
int __ppoll_chk(pollfd* files, nfds_t count, const timespec* timeout, const sigset_t* mask, std::size_t room) {
  return MustFit(count * sizeof *files, room), ppoll(files, count, timeout, mask);
}
void* __memcpy_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  return MustFit(size, room), std::memcpy(to, from, size);
}
void* __memmove_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  return MustFit(size, room), std::memmove(to, from, size);
}
void* __memset_chk(void* to, int value, std::size_t size, std::size_t room) {
  return MustFit(size, room), std::memset(to, value, size);
}

}  // extern "C"
