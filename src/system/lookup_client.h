// SPDX-License-Identifier: BSD-3-Clause
// Asking the running uidmap-lookup. What it says is judged in core/lookup_protocol.h.
#pragma once

#include <array>
#include <utility>

#include "core/lookup_protocol.h"
#include "core/result.h"
#include "system/companion.h"

namespace uidmap {

class LookupClient {
 public:
  // None runs: every question fails.
  LookupClient() = default;
  explicit LookupClient(Companion program) : program_(std::move(program)) {}

  // Asks, and waits for the answer until the time for all questions together is over, which starts with the first.
  // Fails with one of the kLookup reasons; a process that is stopped, killed, starved or silent is a failure like any
  // other.
  [[nodiscard]] Result<LookupAnswer> Ask(const LookupQuery& query);

  // The part of the first question that comes before it: waiting until the process runs as it must, and the proof.
  [[nodiscard]] Result<void> AwaitReadiness();

  // Companion::End().
  void End() { program_.End(); }

  [[nodiscard]] std::array<int, 2> descriptors() const { return program_.descriptors(); }

 private:
  Companion program_;
  bool is_ready_ = false;
  Deadline deadline_;
};

}  // namespace uidmap
