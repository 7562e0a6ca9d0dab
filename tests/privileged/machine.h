// SPDX-License-Identifier: BSD-3-Clause
// What the programs find of the machine's log and audit: for this suite alone, whatever the machine has.
#pragma once

#include <string>
#include <vector>

namespace uidmap_test {

// For a process in a mount namespace of its own: there is no log and no auditd, and the kernel was started without
// audit.
void HideLogAndAudit();

// For as_root: what this process and the programs that it executes see of the machine. The kernel was started with
// `arguments`; auditd runs.
void ShowKernelArguments(const std::string& arguments);
void ShowAuditd();

// A log daemon, as long as the object lives.
class Log {
 public:
  Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();

  // What has been sent to it since the last time. Its queue is short: a full one changes what a run does.
  [[nodiscard]] std::vector<std::string> Take() const;

 private:
  int socket_;
};

// Whether it is the record of a map that is about to be written.
bool IsGrant(const std::string& line);

}  // namespace uidmap_test
