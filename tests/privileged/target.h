// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/types.h>

#include <string>

namespace uidmap_test {

// A process of the caller in a user namespace of its own, without maps, until the object ends.
class Target {
 public:
  Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target();

  [[nodiscard]] std::string pid() const { return std::to_string(pid_); }

  // The words of its file /proc/PID/`name`, with single blanks.
  [[nodiscard]] std::string Read(const std::string& name) const;

 private:
  pid_t pid_ = -1;
};

}  // namespace uidmap_test
