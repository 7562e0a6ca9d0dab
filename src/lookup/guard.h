// SPDX-License-Identifier: BSD-3-Clause
// What uidmap-lookup makes sure of before it does anything else.
#pragma once

namespace uidmap {

// True if descriptor kLookupSocket is the socket that a parent process has left there, which from now on no program
// that a module starts inherits.
[[nodiscard]] bool HasSocket();

// Null if the process runs as it must: with a group of its own that puts it out of the caller's reach, without any
// capability, with limits that starve no module, and bound to end with its parent. Otherwise what is wrong, in words.
// A policy that is evaluated in a process that the caller has starved can admit him: some modules take a file that
// they cannot open for one that is not there.
[[nodiscard]] const char* FindUnfitness();

}  // namespace uidmap
