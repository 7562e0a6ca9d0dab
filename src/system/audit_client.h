// SPDX-License-Identifier: BSD-3-Clause
// Telling the running uidmap-audit.
#pragma once

#include <array>
#include <utility>

#include "core/audit_protocol.h"
#include "core/result.h"
#include "system/companion.h"

namespace uidmap {

class AuditClient {
 public:
  // None runs: there is nobody to tell, and that is no failure.
  AuditClient() = default;
  explicit AuditClient(Companion program) : program_(std::move(program)) {}

  [[nodiscard]] bool is_running() const { return program_.is_running(); }

  // Succeeds when the kernel has the record, or takes none here. Fails with one of the kAudit reasons. After a
  // failure it is not asked again.
  [[nodiscard]] Result<void> Tell(const AuditEvent& event);

  [[nodiscard]] std::array<int, 2> descriptors() const { return program_.descriptors(); }

 private:
  [[nodiscard]] Result<void> Ask(const AuditEvent& event);

  Companion program_;
  bool is_ready_ = false;
  bool has_failed_ = false;
};

}  // namespace uidmap
