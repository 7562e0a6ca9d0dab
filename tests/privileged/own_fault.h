// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace uidmap_test {

// Commits the own bug called `name`, which must not end the process with a signal. False if there is none such.
bool CommitFault(std::string_view name);

}  // namespace uidmap_test
