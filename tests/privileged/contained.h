// SPDX-License-Identifier: BSD-3-Clause
// A run of the shipped program below the filters of a container, and what it says.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "child.h"
#include "probe_run.h"
#include "syscall_filter.h"
#include "target.h"

namespace uidmap_test {

using Filters = std::vector<SyscallFilter>;

// For as_root.
void InstallAll(const Filters& filters);

class Contained {
 public:
  Contained(MapKind kind, Marker marker);

  // How the program ends when it is asked for a map of `count` ids, and what it says.
  [[nodiscard]] Ended RunProgram(const std::function<void()>& as_root, const std::string& first = "100000",
                                 const std::string& count = "65536") const;

  // Of a run as it is by default.
  void ExpectWorks(const Ended& ended) const;
  void ExpectRefused(const Ended& ended, const std::string& reason) const;

  [[nodiscard]] MapKind kind() const { return kind_; }
  [[nodiscard]] const std::string& program() const { return program_; }
  [[nodiscard]] const Target& target() const { return target_; }

 private:
  MapKind kind_;
  std::string program_;
  Target target_;
};

}  // namespace uidmap_test
