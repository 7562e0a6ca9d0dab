// SPDX-License-Identifier: BSD-3-Clause
// The health check: each function adds what it finds about its subject. Nothing is changed.
#pragma once

#include "tools/surroundings.h"

namespace uidmap {

// The pair: where it is, whose, with which marks, whether they would count here, and what LXC and Podman say of them;
// and uidmap-lookup and uidmap-audit.
void CheckPrograms(const Surroundings& here, Findings& findings);

// What of the own process limits the privilege of every program that it starts.
void CheckProcess(const Surroundings& here, Findings& findings);

// Whether user namespaces can be made, by making some in a child process.
void CheckNamespaces(const Surroundings& here, Findings& findings);

// Which ids there are in the own user namespace.
void CheckOwnIds(const Surroundings& here, Findings& findings);

// The account, the group, what every source grants, and the account policies.
void CheckGrants(const Surroundings& here, Findings& findings);

// /proc, through which a map is written.
void CheckProc(const Surroundings& here, Findings& findings);

// Security modules, and where records would go.
void CheckPolicies(const Surroundings& here, Findings& findings);

}  // namespace uidmap
