// SPDX-License-Identifier: BSD-3-Clause
// What a process is, as witnesses see it that share no code with src/: /proc, prctl(2) and libcap.
#pragma once

#include "core/failure.h"

namespace uidmap_test {

// Each writes whole lines to kReportDescriptor; probe_run.cc reads them.
void ReportState();
void ReportFailure(const uidmap::Failure& failure);

// Tries every way back to `capability` and to the ids 0, and reports the errno of each.
void ReportWaysBack(int capability);

}  // namespace uidmap_test
