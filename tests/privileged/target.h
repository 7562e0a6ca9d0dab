// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/types.h>

#include <string>

namespace uidmap_test {

// A process of the caller in a user namespace of its own, without maps, until the object ends.
class Target {
 public:
  Target() : Target(0) {}
  explicit Target(pid_t number);  // with this process id, which nobody has; 0 for any
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target();

  [[nodiscard]] std::string pid() const { return std::to_string(pid_); }
  [[nodiscard]] pid_t number() const { return pid_; }

  // The words of its file /proc/PID/`name`, with single blanks.
  [[nodiscard]] std::string Read(const std::string& name) const;

  void Kill();  // it is a zombie then
  void Reap();  // its process id is free then

  // It executes `path`, which must be a copy of cat.
  void Become(const std::string& path) const;

 private:
  [[noreturn]] void Live() const;

  pid_t pid_ = -1;
  int orders_[2] = {-1, -1};
  int answers_[2] = {-1, -1};
};

}  // namespace uidmap_test
