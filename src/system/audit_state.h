// SPDX-License-Identifier: BSD-3-Clause
// Whether this machine wants records of the kernel's audit. Asking the kernel itself (AUDIT_GET) needs
// CAP_AUDIT_CONTROL, which is not held.
#pragma once

namespace uidmap {

// True if auditd runs (auditd(8): its pid file), or the kernel was started with audit on (audit=1), and this is where
// it takes records, the initial user namespace. True also if that cannot be seen, be it for a limit that the caller
// has set. meson's `audit` option can say always or never instead.
[[nodiscard]] bool IsAuditOn();

}  // namespace uidmap
