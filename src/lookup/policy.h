// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/lookup_protocol.h"

namespace uidmap {

// Asks the PAM account policy of the program that asks, by its name, whether it admits the user. Nothing is asked of
// the user, and nothing but the policy's own success admits, with one exception: a password that is due for a change,
// which no start of a container could do anything about.
void AnswerPolicy(const LookupQuery& query, LookupAnswer& answer);

}  // namespace uidmap
