// SPDX-License-Identifier: BSD-3-Clause
// Included once by a file of its own for each processor, behind whatever makes <sys/syscall.h> that processor's.
#pragma once

#include <iterator>

#include "filter_under_test.h"
#include "forbidden_calls.h"
#include "privileged/filter_program.h"

namespace {

const bool kAdded = [] {
  std::vector<uidmap_test::ForbiddenCall> forbidden(std::begin(kForbiddenCalls), std::end(kForbiddenCalls));
  uidmap_test::FiltersUnderTest().push_back({.processor = PROCESSOR,
                                             .abi = uidmap::kNativeAbi,
                                             .program = uidmap::kFilterProgram,
                                             .allowed = uidmap::kAllowedCalls,
                                             .prctl = SYS_prctl,
                                             .ioctl = SYS_ioctl,
                                             .forbidden = forbidden});
  return true;
}();

}  // namespace
