// SPDX-License-Identifier: BSD-3-Clause
// The system calls of the pair under libc's names and with libc's meaning, so that core/, system/ and privileged/ are
// the same whether libc is there or not. Each is the call that all processors of kernel_call.h have.

// Fortified, this would call itself. Distributions set it by -Wp, behind every -U that a build can give.
#undef _FORTIFY_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "runtime/kernel_call.h"

#if __USE_FORTIFY_LEVEL > 0
#error "fortified"
#endif

namespace {

int last_error;

constexpr std::size_t kSignalSetSize = 8;  // the kernel's, of 64 signals

template <class T>
long Word(T value) {
  return static_cast<long>(value);
}
template <class T>
long Word(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

// The answer as libc gives it: -1 for an error, with the number in errno.
template <class T = int, class... Arguments>
T Call(long number, Arguments... arguments) {
  constexpr long kLargestError = 4095;
  const long answer = uidmap::KernelCall(number, Word(arguments)...);
  if (answer >= 0 || answer < -kLargestError) return static_cast<T>(answer);
  last_error = static_cast<int>(-answer);
  return static_cast<T>(-1);
}

#if defined(__x86_64__)
// The kernel returns from a handler only by this (kernel: x64_setup_rt_frame()); elsewhere it brings its own.
extern "C" __attribute__((visibility("hidden"))) void uidmap_return_from_handler();
asm(R"(
.pushsection .text.uidmap_return_from_handler, "ax", @progbits
.globl uidmap_return_from_handler
.hidden uidmap_return_from_handler
.type uidmap_return_from_handler, @function
uidmap_return_from_handler:
  movl $15, %eax
  syscall
  hlt
.size uidmap_return_from_handler, . - uidmap_return_from_handler
.popsection
)");
static_assert(SYS_rt_sigreturn == 15);
#endif

// As the kernel has it (kernel: include/linux/signal_types.h): with a restorer where asm/signal.h knows SA_RESTORER,
// which arm64's does for 32 bit programs.
struct KernelSigaction {
  void (*handler)(int, siginfo_t*, void*);
  unsigned long flags;
#if defined(__x86_64__) || defined(__aarch64__)
  void (*restorer)();
#endif
  std::uint64_t mask;
};

}  // namespace

extern "C" {

int* __errno_location() noexcept { return &last_error; }

// ---- files

int open(const char* path, int flags, ...) { return Call(SYS_openat, AT_FDCWD, path, flags, 0); }
int openat(int directory, const char* path, int flags, ...) { return Call(SYS_openat, directory, path, flags, 0); }
int close(int file) { return Call(SYS_close, file); }
ssize_t read(int file, void* to, size_t size) { return Call<ssize_t>(SYS_read, file, to, size); }
ssize_t pread(int file, void* to, size_t size, off_t from) {
  return Call<ssize_t>(SYS_pread64, file, to, size, from);
}
ssize_t write(int file, const void* from, size_t size) { return Call<ssize_t>(SYS_write, file, from, size); }
int stat(const char* path, struct stat* status) noexcept { return Call(SYS_newfstatat, AT_FDCWD, path, status, 0); }
int lstat(const char* path, struct stat* status) noexcept {
  return Call(SYS_newfstatat, AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
int fstat(int file, struct stat* status) noexcept { return Call(SYS_newfstatat, file, "", status, AT_EMPTY_PATH); }
int fstatfs(int file, struct statfs* status) noexcept { return Call(SYS_fstatfs, file, status); }
int statx(int directory, const char* path, int flags, unsigned mask, struct statx* status) noexcept {
  return Call(SYS_statx, directory, path, flags, mask, status);
}
int access(const char* path, int mode) noexcept { return Call(SYS_faccessat, AT_FDCWD, path, mode); }
ssize_t readlinkat(int directory, const char* path, char* to, size_t size) noexcept {
  return Call<ssize_t>(SYS_readlinkat, directory, path, to, size);
}
int chdir(const char* path) noexcept { return Call(SYS_chdir, path); }
mode_t umask(mode_t mask) noexcept { return Call<mode_t>(SYS_umask, mask); }

// ---- descriptors

int dup(int file) noexcept { return Call(SYS_dup, file); }
int dup3(int file, int to, int flags) noexcept { return Call(SYS_dup3, file, to, flags); }
int dup2(int file, int to) noexcept {
  if (file != to) return dup3(file, to, 0);
  return fcntl(file, F_GETFD) < 0 ? -1 : to;
}
int fcntl(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return Call(SYS_fcntl, file, command, argument);
}
int ioctl(int file, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return Call(SYS_ioctl, file, request, argument);
}

// ---- sockets

int socket(int domain, int type, int protocol) noexcept { return Call(SYS_socket, domain, type, protocol); }
int socketpair(int domain, int type, int protocol, int ends[2]) noexcept {
  return Call(SYS_socketpair, domain, type, protocol, ends);
}
int connect(int file, const sockaddr* address, socklen_t size) { return Call(SYS_connect, file, address, size); }
int getsockopt(int file, int level, int name, void* value, socklen_t* size) noexcept {
  return Call(SYS_getsockopt, file, level, name, value, size);
}
ssize_t send(int file, const void* from, size_t size, int flags) {
  return Call<ssize_t>(SYS_sendto, file, from, size, flags, 0, 0);
}
ssize_t recv(int file, void* to, size_t size, int flags) {
  return Call<ssize_t>(SYS_recvfrom, file, to, size, flags, 0, 0);
}
// The kernel writes the time that is left; who calls keeps his.
int ppoll(pollfd* files, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  timespec left = timeout != nullptr ? *timeout : timespec{};
  return Call(SYS_ppoll, files, count, timeout != nullptr ? &left : nullptr, mask, kSignalSetSize);
}

// ---- the process

// Where a filter refuses to let the process end, a fault does, as in libc.
void _exit(int status) {
  uidmap::KernelCall(SYS_exit_group, status);
  __builtin_trap();
}
// A copy of this process, which has no threads and no handlers for it.
pid_t _Fork() noexcept { return Call(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
int waitid(idtype_t type, id_t id, siginfo_t* information, int options) {
  return Call(SYS_waitid, type, id, information, options, 0);
}
pid_t getpid() noexcept { return Call(SYS_getpid); }
pid_t getppid() noexcept { return Call(SYS_getppid); }
int getresuid(uid_t* real, uid_t* effective, uid_t* saved) noexcept {
  return Call(SYS_getresuid, real, effective, saved);
}
int getresgid(gid_t* real, gid_t* effective, gid_t* saved) noexcept {
  return Call(SYS_getresgid, real, effective, saved);
}
int setresuid(uid_t real, uid_t effective, uid_t saved) noexcept {
  return Call(SYS_setresuid, real, effective, saved);
}
int setresgid(gid_t real, gid_t effective, gid_t saved) noexcept {
  return Call(SYS_setresgid, real, effective, saved);
}
int prctl(int option, ...) noexcept {
  va_list arguments;
  va_start(arguments, option);
  long given[4];
  for (long& argument : given) argument = va_arg(arguments, long);
  va_end(arguments);
  return Call(SYS_prctl, option, given[0], given[1], given[2], given[3]);
}
int getrlimit(__rlimit_resource_t which, struct rlimit* limit) noexcept {
  return Call(SYS_prlimit64, 0, which, 0, limit);
}
int setrlimit(__rlimit_resource_t which, const struct rlimit* limit) noexcept {
  return Call(SYS_prlimit64, 0, which, limit, 0);
}
int uname(utsname* name) noexcept { return Call(SYS_uname, name); }
int clock_gettime(clockid_t clock, timespec* time) noexcept { return Call(SYS_clock_gettime, clock, time); }

// ---- signals and timers

// The handlers are those of faults, and nobody asks for what was there before.
int sigaction(int signal, const struct sigaction* wanted, struct sigaction* /*before*/) noexcept {
  KernelSigaction action{};
  action.handler = wanted->sa_sigaction;
  action.mask = wanted->sa_mask.__val[0];
  action.flags = static_cast<unsigned long>(wanted->sa_flags);
#if defined(__x86_64__)
  constexpr unsigned long kHasRestorer = 0x04000000;  // SA_RESTORER
  action.flags |= kHasRestorer;
  action.restorer = uidmap_return_from_handler;
#endif
  return Call(SYS_rt_sigaction, signal, &action, 0, kSignalSetSize);
}
int sigaltstack(const stack_t* wanted, stack_t* before) noexcept { return Call(SYS_sigaltstack, wanted, before); }
int setitimer(__itimer_which_t which, const itimerval* wanted, itimerval* before) noexcept {
  return Call(SYS_setitimer, which, wanted, before);
}

// ---- by number

long syscall(long number, ...) noexcept {
  va_list arguments;
  va_start(arguments, number);
  long given[6];
  for (long& argument : given) argument = va_arg(arguments, long);
  va_end(arguments);
  return Call<long>(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

}  // extern "C"
