// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/lookup_protocol.h"

namespace uidmap {

// Loads the plugin libsubid_SERVICE.so, with the interface that shadow gave it, and asks it about each range. One
// that lacks one of the three functions that ask is unfit, as in shadow; none of what it says is taken on trust here
// or in the process that asked.
void AnswerRanges(const LookupQuery& query, LookupAnswer& answer);

// The same, but asks it once for all that it has for the user. One that lists more than an answer has room for, or a
// range that subuid(5) could not have, has failed: a part would look like all.
void AnswerOwnerRanges(const LookupQuery& query, LookupAnswer& answer);

}  // namespace uidmap
