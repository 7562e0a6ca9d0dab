// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/securebits.h>

#include "tools/checks.h"

namespace uidmap {
namespace {

void CheckNoNewPrivs(const ProcessState& process, Findings& findings) {
  if (!process.no_new_privs) {
    findings.push_back({Severity::kOk, "no-new-privs", "no_new_privs is not set", ""});
    return;
  }
  findings.push_back(
      {Severity::kProblem, "no-new-privs",
       "no_new_privs is set, so no program that is started from here gains any privilege; a process "
       "cannot take that back",
       "start the session or container without it: podman run without --security-opt=no-new-privileges, "
       "systemd: NoNewPrivileges=no, Kubernetes: allowPrivilegeEscalation: true"});
}

void CheckBoundingSet(const ProcessState& process, Findings& findings) {
  std::string missing;
  for (const MapKindRow& row : kMapKinds) {
    if ((process.bounding & MaskOf(row.capability)) != 0) continue;
    missing += missing.empty() ? "" : " and ";
    missing += row.capability_name;
  }
  if (missing.empty()) {
    findings.push_back({Severity::kOk, "bounding-set", "the bounding set has CAP_SETUID and CAP_SETGID", ""});
    return;
  }
  findings.push_back(
      {Severity::kProblem, "bounding-set",
       fmt::format("the capability bounding set lacks {}, so no program that is started from here gets it", missing),
       "podman run --cap-add=CAP_SETUID,CAP_SETGID"});
}

void CheckSecurebits(const ProcessState& process, Findings& findings) {
  if ((process.securebits & SECBIT_NOROOT) != 0) {
    findings.push_back({Severity::kWarning, "securebits",
                        "SECBIT_NOROOT is set, so setuid root programs get no privilege; file capabilities work",
                        "capsh --print"});
    return;
  }
  findings.push_back({Severity::kOk, "securebits", "setuid root programs get privilege", ""});
}

void CheckTracer(const ProcessState& process, Findings& findings) {
  if (!process.is_traced) return;
  findings.push_back({Severity::kProblem, "tracer",
                      "this process is being traced by one without privilege; programs that are traced gain none",
                      "start it without strace or debugger"});
}

}  // namespace

void CheckProcess(const Surroundings& here, Findings& findings) {
  CheckNoNewPrivs(here.process, findings);
  CheckBoundingSet(here.process, findings);
  CheckSecurebits(here.process, findings);
  CheckTracer(here.process, findings);
}

}  // namespace uidmap
