// SPDX-License-Identifier: BSD-3-Clause
// Turning a process of root into one of the callers that the helper can have.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace uidmap_test {

struct CallerState {
  uid_t uid = 0;                            // and gid
  std::vector<int> ambient{};               // capabilities that the caller has and hands on
  std::function<void()> as_root = [] {};    // runs before the ids change,
  std::function<void()> as_caller = [] {};  // and after, last of all
};

// The process becomes that caller. It is made sure that he has no other capability: one that is held until exec
// would hide whether exec gives any. Root as caller keeps what he has.
void BecomeCaller(const CallerState& caller);

// For as_root. Drops all others from the bounding set.
void KeepInBoundingSet(const std::vector<int>& capabilities);

// For as_root. In a new user namespace with these maps the process has every capability over it.
void EnterUserNamespace(const std::string& uid_map, const std::string& gid_map);

// For as_caller. What the program says to the terminal is not what the test is about.
void SilenceOutput();

// Executes `path`; its standard descriptors are inherited.
[[noreturn]] void Execute(const std::string& path, const std::vector<std::string>& arguments);

}  // namespace uidmap_test
