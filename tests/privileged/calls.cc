// SPDX-License-Identifier: BSD-3-Clause
#include "calls.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <map>

namespace uidmap_test {
namespace {

// Of those that name a file. An fstatat(2) without a name is an fstat(2).
const std::map<long, std::string> kNamingCalls = {
    {SYS_openat, "openat"},
    {SYS_openat2, "openat2"},
    {SYS_newfstatat, "fstat"},
    {SYS_faccessat, "access"},
    {SYS_statx, "statx"},
    {SYS_faccessat2, "faccessat2"},
    {SYS_readlinkat, "readlinkat"},
    {SYS_execve, "execve"},
    {SYS_execveat, "execveat"},
    {SYS_statfs, "statfs"},
    {SYS_chdir, "chdir"},
    {SYS_connect, "connect"},
    {SYS_getxattr, "getxattr"},
    {SYS_inotify_add_watch, "inotify_add_watch"},
#if defined(__x86_64__)
    {SYS_open, "open"},
    {SYS_stat, "stat"},
    {SYS_lstat, "lstat"},
    {SYS_access, "access"},
    {SYS_readlink, "readlink"},
#endif
};

const std::map<long, std::string> kOtherCalls = {
    {SYS_capset, "capset"}, {SYS_capget, "capget"},       {SYS_pwrite64, "pwrite"}, {SYS_write, "write"},
    {SYS_pread64, "pread"}, {SYS_close, "close"},         {SYS_exit_group, "exit"}, {SYS_setresuid, "setresuid"},
    {SYS_fstat, "fstat"},   {SYS_read, "read"},           {SYS_fstatfs, "fstatfs"}, {SYS_dup, "dup"},
    {SYS_ppoll, "ppoll"},   {SYS_socket, "socket"},       {SYS_sendto, "sendto"},   {SYS_getpid, "getpid"},
    {SYS_uname, "uname"},   {SYS_setresgid, "setresgid"}, {SYS_prctl, "prctl"}};

}  // namespace

std::string NameOfCall(const SystemCall& call) {
  for (const auto* names : {&kNamingCalls, &kOtherCalls}) {
    if (const auto found = names->find(call.number); found != names->end()) return found->second;
  }
  return "system call " + std::to_string(call.number);
}

std::vector<std::string> NamesOf(const Calls& calls) {
  std::vector<std::string> names;
  for (const SystemCall& call : calls) names.push_back(NameOfCall(call));
  return names;
}

bool NamesAFile(const SystemCall& call) { return kNamingCalls.count(call.number) == 1 && !PathOf(call).empty(); }

bool Opens(const SystemCall& call) { return call.number == SYS_openat || call.number == SYS_openat2; }

// unix(7): the name of a socket stands behind its family.
std::string PathOf(const SystemCall& call) {
  const std::size_t skipped = call.number == SYS_connect ? sizeof(sa_family_t) : 0;
  return call.pointed_to.size() < skipped ? "" : call.pointed_to.c_str() + skipped;
}

Calls::const_iterator FindOwn(const Calls& calls) {
  return std::find_if(calls.begin(), calls.end(),
                      [](const SystemCall& call) { return call.number == SYS_rt_sigprocmask; });
}

bool IsCapset(const SystemCall& call) { return call.number == SYS_capset; }

AskedSets Asked(const SystemCall& capset) {
  __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3] = {};
  EXPECT_GE(capset.pointed_to.size(), sizeof halves);
  memcpy(halves, capset.pointed_to.data(), std::min(sizeof halves, capset.pointed_to.size()));
  const auto join = [](std::uint32_t low, std::uint32_t high) { return low | std::uint64_t{high} << 32; };
  return {join(halves[0].effective, halves[1].effective), join(halves[0].permitted, halves[1].permitted),
          join(halves[0].inheritable, halves[1].inheritable)};
}

Calls::const_iterator FindPutDown(const Calls& calls) {
  return std::find_if(calls.begin(), calls.end(),
                      [](const SystemCall& call) { return IsCapset(call) && Asked(call).effective == 0; });
}

Calls::const_iterator FindRaise(const Calls& calls) {
  return std::find_if(FindPutDown(calls), calls.end(),
                      [](const SystemCall& call) { return IsCapset(call) && Asked(call).effective != 0; });
}

bool IsAnsweredProbe(const SystemCall& call) {
  return call.number == SYS_prctl && call.arguments[0] == 0x7569646d && call.result == -2971;
}

}  // namespace uidmap_test
