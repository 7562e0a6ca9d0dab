// SPDX-License-Identifier: BSD-3-Clause
#include "support.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ostream>

namespace uidmap_kernel {
namespace {

class RootRequired : public ::testing::Environment {
 public:
  void SetUp() override {
    if (geteuid() == 0) return;
    // A failed assertion would be lost among all the tests that are skipped after it.
    std::fprintf(stderr, "The kernel suite changes credentials: run it as root.\n");
    std::exit(1);
  }
};

[[maybe_unused]] const auto* const kRootRequired = ::testing::AddGlobalTestEnvironment(new RootRequired);

void SetFlag(cap_t state, cap_flag_t flag, const Capabilities& capabilities) {
  const int count = static_cast<int>(capabilities.size());
  Must(count == 0 || cap_set_flag(state, flag, count, capabilities.data(), CAP_SET) == 0, "name capabilities");
}

pid_t ForkInto(const std::function<void()>& body) {
  // Text that waits in the buffer would be printed by both processes.
  std::fflush(nullptr);
  const pid_t pid = fork();
  Must(pid >= 0, "fork");
  if (pid == 0) {
    body();
    std::fflush(nullptr);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  return pid;
}

int WaitFor(pid_t pid) {
  int status = 0;
  Must(waitpid(pid, &status, 0) == pid, "wait for a child");
  return status;
}

// Kernel maps are padded for the eye; tests compare the words.
std::string WithSingleBlanks(const std::string& text) {
  std::string squeezed;
  for (const char letter : text) {
    const bool after_blank = squeezed.empty() || std::strchr(" \n", squeezed.back()) != nullptr;
    if (letter != ' ' || !after_blank) squeezed += letter;
  }
  return squeezed;
}

}  // namespace

Outcome OutcomeOf(long result) { return Outcome{result < 0 ? errno : 0}; }

void PrintTo(const Outcome& outcome, std::ostream* out) { *out << std::strerror(outcome.error); }

void Must(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "cannot %s: %s\n", what, std::strerror(errno));
  _exit(kPreparationFailed);
}

Fd& Fd::operator=(Fd&& other) noexcept {
  Close();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

void Fd::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Pipe::Pipe() {
  std::array<int, 2> ends{};
  Must(pipe2(ends.data(), O_CLOEXEC) == 0, "make a pipe");
  read_end = Fd(ends[0]);
  write_end = Fd(ends[1]);
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    Must(count >= 0, "read");
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

Outcome WriteText(int fd, std::string_view text) {
  const ssize_t count = write(fd, text.data(), text.size());
  Must(count < 0 || static_cast<size_t>(count) == text.size(), "write all of a text at once");
  return OutcomeOf(count);
}

CapabilitySets Raised(const Capabilities& capabilities) {
  return {.permitted = capabilities, .effective = capabilities};
}

CapabilitySets Dormant(const Capabilities& capabilities) { return {.permitted = capabilities}; }

Outcome TryCapabilities(const CapabilitySets& sets) {
  const cap_t state = cap_init();
  Must(state != nullptr, "allocate a capability state");
  SetFlag(state, CAP_PERMITTED, sets.permitted);
  SetFlag(state, CAP_EFFECTIVE, sets.effective);
  SetFlag(state, CAP_INHERITABLE, sets.inheritable);
  const Outcome outcome = OutcomeOf(cap_set_proc(state));
  cap_free(state);
  return outcome;
}

void SetCapabilities(const CapabilitySets& sets) { Must(TryCapabilities(sets) == kOk, "set capabilities"); }

void BecomeUser(uid_t id, const CapabilitySets& sets) {
  Must(setgroups(0, nullptr) == 0 && setresgid(id, id, id) == 0, "change groups");
  Must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setresuid(id, id, id) == 0, "change user");
  SetCapabilities(sets);
}

void BecomeSetuidCaller() {
  Must(setgroups(0, nullptr) == 0 && setresgid(kCaller, kCaller, kCaller) == 0, "change groups");
  Must(setresuid(kCaller, 0, 0) == 0, "take the caller's real uid");
}

void EnterPrivateMountNamespace() {
  Must(unshare(CLONE_NEWNS) == 0, "create a mount namespace");
  Must(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
}

void InChild(const std::function<void()>& body) {
  Pipe text;
  const pid_t pid = ForkInto([&] {
    Must(dup2(text.write_end.get(), STDOUT_FILENO) >= 0, "redirect standard output");
    body();
  });
  text.write_end.Close();
  const std::string failures = ReadAll(text.read_end.get());
  EXPECT_EQ(WaitFor(pid), 0) << "in a child process:\n" << failures;
}

int WaitStatusOf(const std::function<void()>& body) { return WaitFor(ForkInto(body)); }

HeldProcess::HeldProcess(const std::function<void()>& prepare) {
  Pipe ready;
  pid_ = ForkInto([&] {
    prepare();
    // Last, because a change of credentials clears it: nobody is left behind by a failed test.
    Must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "tie a child to its parent");
    Must(WriteText(ready.write_end.get(), "r") == kOk, "say that the child is ready");
    for (;;) pause();
  });
  ready.write_end.Close();
  char byte = 0;
  errno = ECHILD;  // End of file leaves it alone, and means that the child has ended.
  Must(read(ready.read_end.get(), &byte, 1) == 1, "start a held process");
}

HeldProcess::~HeldProcess() {
  if (pid_ < 0) return;
  Kill();
  Reap();
}

void HeldProcess::Kill() {
  siginfo_t info;
  Must(kill(pid_, SIGKILL) == 0, "kill a held process");
  Must(waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) == 0, "see it end");
}

void HeldProcess::Reap() {
  WaitFor(pid_);
  pid_ = -1;
}

void EnterAsRoot(int name) {
  Must(setns(name, CLONE_NEWUSER) == 0, "enter a user namespace");
  Must(setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0, "become its root");
}

Fd OpenProcDirectory(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid);
  Fd directory(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  Must(directory.get() >= 0, "open a /proc/PID directory");
  return directory;
}

NewNamespace::NewNamespace(uid_t owner, const std::function<void()>& prepare)
    : process_([&] {
        if (geteuid() != owner) BecomeUser(owner);
        // The change of user has cleared it, which would leave the map files to host root.
        Must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "become dumpable");
        Must(unshare(CLONE_NEWUSER) == 0, "create a user namespace");
        prepare();
      }),
      directory_(OpenProcDirectory(process_.pid())) {}

Fd NewNamespace::Open(const char* file, int flags) const { return Fd(openat(directory(), file, flags | O_CLOEXEC)); }

Outcome NewNamespace::Write(const char* file, std::string_view text) const {
  const Fd fd = Open(file, O_WRONLY);
  return fd.get() < 0 ? OutcomeOf(fd.get()) : WriteText(fd.get(), text);
}

std::string NewNamespace::Read(const char* file) const {
  const Fd fd = Open(file, O_RDONLY);
  Must(fd.get() >= 0, "open a file of /proc/PID");
  return WithSingleBlanks(ReadAll(fd.get()));
}

}  // namespace uidmap_kernel
