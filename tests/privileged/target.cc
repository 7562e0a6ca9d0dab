// SPDX-License-Identifier: BSD-3-Clause
#include "target.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

#include "caller.h"
#include "child.h"
#include "installed.h"

namespace uidmap_test {
namespace {

constexpr std::size_t kPathSize = 256;

// clone3(2); with 0 it is fork.
pid_t ForkAs(pid_t number) {
  clone_args arguments = {};
  arguments.exit_signal = SIGCHLD;
  if (number != 0) {
    arguments.set_tid = reinterpret_cast<std::uint64_t>(&number);
    arguments.set_tid_size = 1;
  }
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
}

}  // namespace

Target::Target(pid_t number) {
  Must(pipe2(orders_, O_CLOEXEC) == 0 && pipe2(answers_, O_CLOEXEC) == 0, "make a pipe");
  pid_ = ForkAs(number);
  Must(pid_ >= 0, "fork");
  if (pid_ == 0) Live();
  char ignored = 0;
  Must(read(answers_[0], &ignored, 1) == 1, "wait for the namespace");
}

void Target::Live() const {
  BecomeCaller({.uid = kCaller});
  Must(unshare(CLONE_NEWUSER) == 0, "create a user namespace");
  Must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "be as dumpable as an ordinary process");
  Must(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "end with the test");
  Must(write(answers_[1], "", 1) == 1, "tell that the namespace is there");
  char path[kPathSize];
  Must(read(orders_[0], path, sizeof path) == sizeof path, "wait for an order");
  Must(dup2(orders_[0], STDIN_FILENO) >= 0 && dup2(answers_[1], STDOUT_FILENO) >= 0, "keep the pipes");
  execl(path, "cat", nullptr);
  Must(false, "execute a program");
  _exit(kUnprepared);
}

void Target::Become(const std::string& path) const {
  char order[kPathSize + 1] = {};
  path.copy(order, kPathSize - 1);
  Must(write(orders_[1], order, kPathSize) == kPathSize, "give an order");
  char answer = 0;  // it does not answer before it has executed the program
  Must(write(orders_[1], "!", 1) == 1 && read(answers_[0], &answer, 1) == 1 && answer == '!', "hear a program");
}

void Target::Kill() {
  kill(pid_, SIGKILL);
  siginfo_t ended = {};
  Must(waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT) == 0, "wait for an end");
}

void Target::Reap() {
  Kill();
  Must(waitpid(pid_, nullptr, 0) == pid_, "reap a process");
  pid_ = -1;
}

Target::~Target() {
  if (pid_ > 0) Reap();
  for (const int fd : {orders_[0], orders_[1], answers_[0], answers_[1]}) close(fd);
}

std::string Target::Read(const std::string& name) const {
  std::ifstream file("/proc/" + pid() + "/" + name);
  std::string text;
  for (std::string word; file >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace uidmap_test
