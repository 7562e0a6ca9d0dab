// SPDX-License-Identifier: BSD-3-Clause
#include "target.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "caller.h"
#include "child.h"
#include "installed.h"

namespace uidmap_test {

Target::Target() {
  int ready[2];
  Must(pipe2(ready, O_CLOEXEC) == 0, "make a pipe");
  pid_ = fork();
  Must(pid_ >= 0, "fork");
  if (pid_ == 0) {
    BecomeCaller({.uid = kCaller});
    Must(unshare(CLONE_NEWUSER) == 0, "create a user namespace");
    Must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "be as dumpable as an ordinary process");
    Must(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "end with the test");
    Must(write(ready[1], "", 1) == 1, "tell that the namespace is there");
    for (;;) pause();
  }
  close(ready[1]);
  char ignored = 0;
  Must(read(ready[0], &ignored, 1) == 1, "wait for the namespace");
  close(ready[0]);
}

Target::~Target() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string Target::Read(const std::string& name) const {
  std::ifstream file("/proc/" + pid() + "/" + name);
  std::string text;
  for (std::string word; file >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace uidmap_test
