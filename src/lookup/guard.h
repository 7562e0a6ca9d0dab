// SPDX-License-Identifier: BSD-3-Clause
// What uidmap-lookup makes sure of before it does anything else.
#pragma once

namespace uidmap {

// Null if the process runs as it must: with a group of its own that puts it out of the caller's reach, without any
// capability, with limits that starve no module, and bound to end with its parent. Otherwise what is wrong, in words.
// A policy that is evaluated in a process that the caller has starved can admit him: some modules take a file that
// they cannot open for one that is not there.
[[nodiscard]] const char* FindUnfitness();

// True if a hard limit is lower than what an idle name service, plugin or policy needs several times over. The soft
// limits are the caller's, too, and go up to the hard ones.
[[nodiscard]] bool IsStarved();
inline constexpr const char* kStarved = "the caller's resource limits (ulimit -H) are too low for it";

}  // namespace uidmap
