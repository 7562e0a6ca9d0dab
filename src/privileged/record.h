// SPDX-License-Identifier: BSD-3-Clause
// Every outcome goes on record: to the system log and, where it is on and this program may, to the kernel's audit.
// What is granted is sent before the map is written, so that nobody gets round that by killing or stopping the
// program. (The log may lose it: log_socket.h.)
#pragma once

#include <array>

#include "core/map_kind.h"
#include "core/record.h"
#include "core/result.h"
#include "privileged/privileges.h"
#include "system/audit_client.h"
#include "system/log_socket.h"

namespace uidmap {

class Record {
 public:
  explicit Record(const MapKindRow& row) : row_(row) {}

  // What the run knows so far.
  RunFacts facts;

  // Connects to the log and starts uidmap-audit where there is one to write to, and gives up the capability for that.
  // What cannot be opened or started is a failure of Grant(). Should: come before Confine(). Fails with
  // kStartStepNotEffective or kStartStepFailed if the capability stays.
  [[nodiscard]] Result<void> Open(DormantPrivileges& dormant);

  // Puts on record that the map of `facts` is about to be written. Fails with one of the record reasons: then it must
  // not be written. A log that is full, dead or absent is no failure, nor is a kernel that takes no records here.
  [[nodiscard]] Result<void> Grant();

  // Puts on record why there is no map, as far as that can be.
  void Refuse(const Failure& failure);

  // The descriptors that it needs.
  [[nodiscard]] std::array<int, 3> descriptors() const;

 private:
  void OpenLog();
  [[nodiscard]] Result<void> Put(const Failure* refusal);

  const MapKindRow& row_;
  bool was_opened_ = false;
  Result<void> log_opened_;
  Result<void> audit_started_;
  LogSocket log_;
  AuditClient audit_;
};

}  // namespace uidmap
