// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace uidmap_test {

// Where a child writes what the test is to know: no standard descriptor, and below any usual RLIMIT_NOFILE.
inline constexpr int kReportDescriptor = 9;

}  // namespace uidmap_test
