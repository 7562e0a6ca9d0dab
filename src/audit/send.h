// SPDX-License-Identifier: BSD-3-Clause
// The one place that uses libaudit.
#pragma once

#include "core/audit_protocol.h"

namespace uidmap {

// Sends `event` to the kernel's audit as one USYS_CONFIG record, and waits for its receipt.
[[nodiscard]] AuditAnswer SendEvent(const AuditEvent& event);

}  // namespace uidmap
