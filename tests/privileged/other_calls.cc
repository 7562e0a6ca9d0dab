// SPDX-License-Identifier: BSD-3-Clause
#include "other_calls.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <string>

namespace uidmap_test {
namespace {

constexpr std::uint64_t kHere = static_cast<std::uint64_t>(AT_FDCWD);

std::uint64_t Text(ConfinedRun& run, const std::string& text) {
  return run.program().Place(text.c_str(), text.size() + 1);
}

std::uint64_t TargetOf(const ConfinedRun& run) { return std::stoull(run.target().pid()); }

std::function<Arguments(ConfinedRun&)> With(const Arguments& arguments) {
  return [=](ConfinedRun&) { return arguments; };
}

Arguments BinTrue(ConfinedRun& run) {
  const std::uint64_t path = Text(run, "/bin/true");
  const std::uint64_t vector[] = {path, 0};
  return {path, run.program().Place(vector, sizeof vector), 0};
}

Arguments BinTrueAt(ConfinedRun& run) {
  const Arguments arguments = BinTrue(run);
  return {kHere, arguments[0], arguments[1], 0, 0};
}

Arguments Key(ConfinedRun& run) {
  const std::uint64_t type = Text(run, "user");
  return {type, type, type, 4, static_cast<std::uint64_t>(-1)};  // KEY_SPEC_THREAD_KEYRING
}

Arguments NewLimit(ConfinedRun& run) {
  const rlimit limit = {.rlim_cur = 5, .rlim_max = 5};
  return {0, RLIMIT_NOFILE, run.program().Place(&limit, sizeof limit), 0};
}

Arguments SocketPair(ConfinedRun& run) {
  const int room[2] = {};
  return {AF_UNIX, SOCK_STREAM, 0, run.program().Place(room, sizeof room)};
}

Arguments IoUring(ConfinedRun& run) {
  const char parameters[256] = {};
  return {1, run.program().Place(parameters, sizeof parameters)};
}

constexpr std::uint64_t kPrivateMemory = MAP_PRIVATE | MAP_ANONYMOUS;
constexpr std::uint64_t kNoFile = ~0ULL;

const OtherCall kOtherCalls[] = {
    // what CAP_SETUID and CAP_SETGID are good for beside the map
    {"setuid", SYS_setuid, With({0}), false},
    {"setresuid", SYS_setresuid, With({0, 0, 0}), false},
    {"setreuid", SYS_setreuid, With({0, 0}), false},
    {"setgid", SYS_setgid, With({0}), false},
    {"setresgid", SYS_setresgid, With({0, 0, 0}), false},
    {"setregid", SYS_setregid, With({0, 0}), false},
    {"setgroups", SYS_setgroups, With({0, 0}), false},
    {"setuid_to_own", SYS_setuid, With({kCaller})},
    // other programs and processes
    {"execve", SYS_execve, BinTrue, false},
    {"execveat", SYS_execveat, BinTrueAt, false},
    {"fork", SYS_fork, With({}), false},
    {"vfork", SYS_vfork, With({}), false},
    {"clone", SYS_clone, With({SIGCHLD}), false},
    {"kill_self", SYS_kill,
     [](ConfinedRun& run) { return Arguments{static_cast<std::uint64_t>(run.program().pid())}; }},
    {"kill_target", SYS_kill,
     [](ConfinedRun& run) {
       return Arguments{TargetOf(run), SIGURG};
     }},
    {"ptrace", SYS_ptrace,
     [](ConfinedRun& run) {
       return Arguments{PTRACE_SEIZE, TargetOf(run)};
     },
     false},
    {"pidfd_open", SYS_pidfd_open, [](ConfinedRun& run) { return Arguments{TargetOf(run)}; }},
    {"prlimit64", SYS_prlimit64, NewLimit},
    // namespaces
    {"unshare", SYS_unshare, With({CLONE_NEWUSER})},
    {"unshare_with_mounts", SYS_unshare, With({CLONE_NEWUSER | CLONE_NEWNS})},
    {"chdir", SYS_chdir, [](ConfinedRun& run) { return Arguments{Text(run, "/proc")}; }},
    // talking, keys
    {"socket", SYS_socket, With({AF_UNIX, SOCK_STREAM})},
    {"socket_inet", SYS_socket, With({AF_INET, SOCK_DGRAM})},
    {"socketpair", SYS_socketpair, SocketPair},
    {"add_key", SYS_add_key, Key},
    {"io_uring_setup", SYS_io_uring_setup, IoUring, false},  // may be switched off
    // memory, files
    {"mmap_code", SYS_mmap, With({0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, kPrivateMemory, kNoFile})},
    {"mmap_data", SYS_mmap, With({0, 4096, PROT_READ, kPrivateMemory, kNoFile})},
    {"brk", SYS_brk, With({0})},
    {"memfd_create", SYS_memfd_create, [](ConfinedRun& run) { return Arguments{Text(run, "x")}; }},
    {"fcntl", SYS_fcntl, With({2, F_DUPFD})},
    {"ioctl", SYS_ioctl, With({2, FIOCLEX})},
    {"umask", SYS_umask, With({0})},
    {"prctl", SYS_prctl, With({PR_SET_DUMPABLE, 1})},
};

}  // namespace

std::span<const OtherCall> OtherCalls() { return kOtherCalls; }

}  // namespace uidmap_test
