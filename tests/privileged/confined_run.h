// SPDX-License-Identifier: BSD-3-Clause
// A run of the shipped program for a map that is granted, held at a place where it does something else than its own.
#pragma once

#include <memory>
#include <string>

#include "installed.h"
#include "syscall_trace.h"
#include "target.h"

namespace uidmap_test {

enum class Place {
  kBeforeTheFilter,  // privilege has been put down, and it is about to open nsswitch.conf
  kBehindTheFilter,  // the filter has just answered the probe
  kInTheWindow,      // the capability is effective, and it is about to open the map
};

class ConfinedRun {
 public:
  ConfinedRun(MapKind kind, Marker marker, Place place);

  // False, and an expectation has failed, if the program did not get to the place.
  [[nodiscard]] bool arrived() const { return arrived_; }
  [[nodiscard]] TracedProgram& program() { return program_; }
  [[nodiscard]] const Target& target() const { return target_; }

  // Ids, groups, capabilities, namespaces, root, program and children, read through /proc.
  [[nodiscard]] std::string State() const;

  // Nothing of what it did instead had an effect: it goes on, and writes the map.
  void ExpectGoesOn(const std::string& state_before);

 private:
  MapKind kind_;
  Target target_;
  TracedProgram program_;
  bool arrived_ = false;
};

std::string NameOf(Place place);

}  // namespace uidmap_test
