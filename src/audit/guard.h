// SPDX-License-Identifier: BSD-3-Clause
// What uidmap-audit makes sure of before it does anything else.
#pragma once

namespace uidmap {

// Null if the process runs as it must: with CAP_AUDIT_WRITE as its only capability, in effect, out of the caller's
// reach, bound to end with its parent, and unable to gain anything. Otherwise what is wrong, in words.
[[nodiscard]] const char* FindUnfitness();

}  // namespace uidmap
