// SPDX-License-Identifier: BSD-3-Clause
#include "caller.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "child.h"

namespace uidmap_test {
namespace {

cap_t SetsOf(const std::vector<int>& capabilities) {
  cap_t sets = cap_init();
  for (const cap_flag_t flag : {CAP_PERMITTED, CAP_INHERITABLE, CAP_EFFECTIVE}) {
    if (capabilities.empty()) break;
    Must(cap_set_flag(sets, flag, static_cast<int>(capabilities.size()), capabilities.data(), CAP_SET) == 0,
         "name capabilities");
  }
  return sets;
}

// Read from /proc: a filter under test may answer for capget(2) and getresuid(2).
std::string StatusLine(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":\t")) return line.substr(key.size() + 2);
  }
  return "";
}

void CheckCaller(const CallerState& caller) {
  unsigned long long held = 0;
  for (const int capability : caller.ambient) held |= 1ULL << capability;
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    Must(std::stoull(StatusLine(set), nullptr, 16) == held, "give up the capabilities of root");
  }
  std::istringstream ids(StatusLine("Uid") + " " + StatusLine("Gid"));
  for (uid_t id = 0; ids >> id;) Must(id == caller.uid, "become the caller");
}

}  // namespace

// setuid(2) and setgid(2), since the filters under test are about setresuid(2) and setresgid(2). Their effect on the
// sets makes the capset(2) of cap_set_proc(3) needless but where securebits or a user namespace prevent it.
void BecomeCaller(const CallerState& caller) {
  Must(setgroups(0, nullptr) == 0, "leave all groups");
  caller.as_root();
  if (!caller.ambient.empty()) Must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "keep capabilities");
  Must(setgid(caller.uid) == 0 && setuid(caller.uid) == 0, "change ids");
  if (caller.uid != 0) {
    cap_t sets = SetsOf(caller.ambient);
    cap_set_proc(sets);
    cap_free(sets);
    for (const int capability : caller.ambient) Must(cap_set_ambient(capability, CAP_SET) == 0, "set ambient");
    CheckCaller(caller);
  }
  caller.as_caller();
}

void KeepInBoundingSet(const std::vector<int>& capabilities) {
  for (int capability = 0; cap_get_bound(capability) >= 0; ++capability) {
    if (std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end()) continue;
    Must(cap_drop_bound(capability) == 0, "drop from the bounding set");
  }
}

void EnterUserNamespace(const std::string& uid_map, const std::string& gid_map) {
  int entered[2];
  Must(pipe2(entered, O_CLOEXEC) == 0, "make a pipe");
  const std::string directory = "/proc/" + std::to_string(getpid());
  const pid_t writer = fork();
  Must(writer >= 0, "fork");
  if (writer == 0) {  // stays where root is root, and may write any map
    char ignored = 0;
    Must(read(entered[0], &ignored, 1) == 1, "wait for the namespace");
    std::ofstream(directory + "/uid_map") << uid_map << std::flush;
    std::ofstream(directory + "/gid_map") << gid_map << std::flush;
    _exit(0);
  }
  Must(unshare(CLONE_NEWUSER) == 0, "create a user namespace");
  Must(write(entered[1], "", 1) == 1, "tell that the namespace is there");
  Must(waitpid(writer, nullptr, 0) == writer, "wait for the maps");
  close(entered[0]);
  close(entered[1]);
}

void SilenceOutput() {
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  Must(dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0, "silence the program");
  close(null);
}

void Execute(const std::string& path, const std::vector<std::string>& arguments) {
  std::string name = path;
  std::vector<char*> pointers = {name.data()};
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  char variables[][16] = {"HOME=/root", "TZ=:/etc/shadow", "IFS=x"};
  char* environment[] = {variables[0], variables[1], variables[2], nullptr};
  execve(path.c_str(), pointers.data(), environment);
  Must(false, "execute a program");
  _exit(kUnprepared);
}

}  // namespace uidmap_test
