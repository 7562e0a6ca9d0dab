// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/lookup_protocol.h"

namespace uidmap {

// Fills in what libc's name services have for the real uid of this process. Only a plain "not found" counts as
// unknown, as far as libc tells it from a service that failed.
void AnswerAccount(LookupAnswer& answer);

}  // namespace uidmap
