// SPDX-License-Identifier: BSD-3-Clause
// What every kernel fact needs: an outcome to compare, a process with chosen credentials, a process
// that stays, a fresh user namespace. Nothing here survives the process that asked for it.
#pragma once

#include <sys/capability.h>
#include <sys/types.h>

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uidmap_kernel {

// Numbers without an entry in passwd or group. A user's group has the user's number.
inline constexpr uid_t kCaller = 61001;
inline constexpr uid_t kStranger = 61002;
inline constexpr gid_t kHelperGroup = 61003;

// The result of a system call: kOk, or the errno it left.
struct Outcome {
  int error;
  bool operator==(const Outcome&) const = default;
};
inline constexpr Outcome kOk{0};
constexpr Outcome Fails(int error) { return Outcome{error}; }
Outcome OutcomeOf(long result);
void PrintTo(const Outcome& outcome, std::ostream* out);

// Ends this process with kPreparationFailed and a sentence on stderr if `done` is false: after a
// failed preparation no expectation means anything.
void Must(bool done, const char* what);
inline constexpr int kPreparationFailed = 255;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { Close(); }
  int get() const { return fd_; }
  void Close();

 private:
  int fd_;
};

struct Pipe {
  Pipe();
  Fd read_end;
  Fd write_end;
};

// Reads until end of file.
std::string ReadAll(int fd);

// Writes `text` in one call.
Outcome WriteText(int fd, std::string_view text);

using Capabilities = std::vector<cap_value_t>;
struct CapabilitySets {
  Capabilities permitted{};
  Capabilities effective{};
  Capabilities inheritable{};
};
CapabilitySets Raised(const Capabilities& capabilities);   // permitted and effective
CapabilitySets Dormant(const Capabilities& capabilities);  // permitted alone
void SetCapabilities(const CapabilitySets& sets);
Outcome TryCapabilities(const CapabilitySets& sets);

// From root: real, effective and saved ids become `id`, no further groups, exactly `sets`.
void BecomeUser(uid_t id, const CapabilitySets& sets = {});

// What exec of a setuid-root program gives: the caller's real uid (and gids), effective and saved
// 0.
void BecomeSetuidCaller();

// A mount namespace whose mounts nobody else sees.
void EnterPrivateMountNamespace();

// Runs `body` in a child process; what it EXPECTs there counts as expected by the running test.
void InChild(const std::function<void()>& body);

// Runs `body` in a child process and returns its wait status; exit status 0 if `body` returns and
// no expectation has failed.
int WaitStatusOf(const std::function<void()>& body);

// A child process that has run `prepare` and then does nothing until it is killed.
class HeldProcess {
 public:
  explicit HeldProcess(const std::function<void()>& prepare);
  HeldProcess(const HeldProcess&) = delete;
  HeldProcess& operator=(const HeldProcess&) = delete;
  ~HeldProcess();

  pid_t pid() const { return pid_; }
  void Kill();  // leaves a zombie
  void Reap();

 private:
  pid_t pid_;
};

// Makes this process root of the user namespace `name` (an nsfs descriptor); its maps must be set.
void EnterAsRoot(int name);

// The directory /proc/PID, as the mount namespace of this process shows it.
Fd OpenProcDirectory(pid_t pid);

// A held process that has created a user namespace as user `owner` (and then run `prepare` in it).
class NewNamespace {
 public:
  explicit NewNamespace(
      uid_t owner = kCaller, const std::function<void()>& prepare = [] {});

  HeldProcess& process() { return process_; }
  pid_t pid() const { return process_.pid(); }
  int directory() const { return directory_.get(); }

  // Files of /proc/PID, with the credentials that this process has at the moment.
  Fd Open(const char* file, int flags) const;
  Outcome Write(const char* file, std::string_view text) const;
  std::string Read(const char* file) const;  // with single blanks between the words

 private:
  HeldProcess process_;
  Fd directory_;
};

}  // namespace uidmap_kernel
