// SPDX-License-Identifier: BSD-3-Clause
// What the programs of the benchmark share: processes to map, and how a program is started for one.
#pragma once

#include <err.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;
using Time = std::chrono::nanoseconds;

constexpr int kFailed = 1;

inline void Must(bool done, const char* what) {
  if (!done) err(kFailed, "cannot %s", what);
}

// Makes a process of root an ordinary user's; what it does next can be seen by that user.
inline void Become(uid_t id) {
  Must(setgroups(0, nullptr) == 0 && setresgid(id, id, id) == 0 && setresuid(id, id, id) == 0, "become a user");
  Must(prctl(PR_SET_DUMPABLE, 1) == 0, "be dumpable");  // else /proc says that it is root's
}

// A process in a user namespace of its own, which has no map yet.
class Target {
 public:
  explicit Target(uid_t owner = getuid()) {
    int ends[2];
    Must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "create a socket pair");
    pid_ = fork();
    Must(pid_ >= 0, "fork");
    close(pid_ == 0 ? ends[0] : ends[1]);
    socket_ = pid_ == 0 ? ends[1] : ends[0];
    if (pid_ == 0) Live(owner);
    if (!AwaitByte()) errx(kFailed, "no user namespace to map");
  }

  ~Target() {
    shutdown(socket_, SHUT_RDWR);  // other targets may have inherited it
    close(socket_);
    waitpid(pid_, nullptr, 0);
  }

  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  // The numbers of its "uid_map" or "gid_map".
  [[nodiscard]] std::vector<std::string> Map(const std::string& name) const {
    const std::string path = "/proc/" + std::to_string(pid_) + "/" + name;
    FILE* const file = fopen(path.c_str(), "re");
    Must(file != nullptr, "open the map of the target");
    std::vector<std::string> numbers;
    char number[16];
    while (fscanf(file, "%15s", number) == 1) numbers.emplace_back(number);
    fclose(file);
    return numbers;
  }

 private:
  // Ends when the other side closes the socket, which its end does, too.
  [[noreturn]] void Live(uid_t owner) const {
    if (owner != getuid()) Become(owner);
    Must(unshare(CLONE_NEWUSER) == 0, "create a user namespace");
    Must(write(socket_, "", 1) == 1, "tell that the namespace is there");
    AwaitByte();
    _exit(0);
  }

  bool AwaitByte() const {
    char byte = 0;
    return read(socket_, &byte, 1) == 1;
  }

  pid_t pid_ = -1;
  int socket_ = -1;
};

// argv of a run: PROGRAM PID NUMBER...
class Arguments {
 public:
  Arguments(const std::string& program, const Target& target, const std::vector<std::string>& numbers)
      : words_{program, std::to_string(target.pid())} {
    words_.insert(words_.end(), numbers.begin(), numbers.end());
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }

  [[nodiscard]] char* const* get() const { return pointers_.data(); }

  [[noreturn]] void Execute() const {
    char* const environment[] = {nullptr};
    execve(pointers_[0], pointers_.data(), environment);
    err(kFailed, "%s", pointers_[0]);
  }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_{};
};

// A line for a program, separated by tabs: PROGRAM median p10 p90 (all three in ns) peak-memory (in KiB) runs
inline void Report(const std::string& program, std::vector<Time> times, long peak_kib) {
  std::sort(times.begin(), times.end());
  const auto percentile = [&](std::size_t percent) {
    return static_cast<long long>(times[(times.size() - 1) * percent / 100].count());
  };
  printf("%s\t%lld\t%lld\t%lld\t%ld\t%zu\n", program.c_str(), percentile(50), percentile(10), percentile(90),
         peak_kib, times.size());
}

}  // namespace bench
