// SPDX-License-Identifier: BSD-3-Clause
// Child processes for tests that change what cannot be changed back: ids, capabilities, limits, filters.
#pragma once

#include <functional>
#include <string>

namespace uidmap_test {

// Exit status of a child that could not be prepared: then no expectation means anything.
inline constexpr int kUnprepared = 125;

// Ends this process with kUnprepared and a sentence on stderr if `done` is false.
void Must(bool done, const char* what);

struct Ended {
  std::string how;     // "exit status 1", "signal 11"
  std::string report;  // what came through kReportDescriptor
};

// Runs `body` in a child with kReportDescriptor open and waits for its end. A body that returns is exit status 0.
Ended RunChild(const std::function<void()>& body);

// "exit status 1" or "signal 11", for what wait(2) says.
std::string Describe(int wait_status);

}  // namespace uidmap_test
