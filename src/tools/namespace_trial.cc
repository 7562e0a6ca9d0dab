// SPDX-License-Identifier: BSD-3-Clause
#include "tools/namespace_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "system/unique_fd.h"

namespace uidmap {
namespace {

bool WriteText(const char* path, const std::string& text) {
  const UniqueFd file(open(path, O_WRONLY | O_CLOEXEC));
  return file.is_open() && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// user_namespaces(7): whoever makes a namespace may give it the map of his own id alone. A namespace in one without a
// map cannot be made.
bool MapOwnIds(uid_t uid, gid_t gid) {
  return WriteText("/proc/self/setgroups", "deny") &&
         WriteText("/proc/self/uid_map", fmt::format("{} {} 1", uid, uid)) &&
         WriteText("/proc/self/gid_map", fmt::format("{} {} 1", gid, gid));
}

// proc(5), user_namespaces(7): a new /proc needs a pid namespace, which only children are in, and that the one here
// is seen whole.
int TryProc() {
  const pid_t child = fork();
  if (child == 0) _exit(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0 ? 0 : errno);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return EAGAIN;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

// Ends with the trial, so that nothing it made is left.
NamespaceTrial Try() {
  NamespaceTrial trial;
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  for (; trial.levels < kWantedLevels; ++trial.levels) {
    if (unshare(CLONE_NEWUSER) != 0) {
      trial.error_number = errno;
      break;
    }
    if (trial.levels == 0 && unshare(CLONE_NEWUTS) != 0) trial.error_of_use = errno;
    if (!MapOwnIds(uid, gid)) {
      trial.error_of_map = errno;
      ++trial.levels;
      break;
    }
  }
  if (trial.levels == 0 || trial.error_of_use != 0 || trial.error_of_map != 0) return trial;
  if (unshare(CLONE_NEWNS | CLONE_NEWPID) != 0)
    trial.error_of_mounts = errno;
  else
    trial.error_of_proc = TryProc();
  return trial;
}

}  // namespace

NamespaceTrial TryNamespaces() {
  const NamespaceTrial failed{.error_number = EAGAIN};
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return failed;
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t child = fork();
  if (child < 0) return failed;
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    const NamespaceTrial trial = Try();
    _exit(write(to.get(), &trial, sizeof trial) == static_cast<ssize_t>(sizeof trial) ? 0 : 1);
  }
  to = UniqueFd();
  NamespaceTrial trial;
  const bool is_whole = read(from.get(), &trial, sizeof trial) == static_cast<ssize_t>(sizeof trial);
  waitpid(child, nullptr, 0);
  return is_whole ? trial : failed;
}

}  // namespace uidmap
