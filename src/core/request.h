// SPDX-License-Identifier: BSD-3-Clause
// What the caller asks for, from argv. Nothing outside argv is looked at.
#pragma once

#include <cstdint>
#include <span>

#include "core/extents.h"
#include "core/result.h"

namespace uidmap {

enum class Action : std::uint8_t { kWriteMap, kShowHelp, kShowVersion };

// The process whose map is to be written: a process id, or an open descriptor of its /proc directory.
struct TargetName {
  enum class Form : std::uint8_t { kProcessId, kDescriptor };
  Form form = Form::kProcessId;
  int number = 0;  // process id from 1, descriptor from 0; at most 2147483647

  [[nodiscard]] int descriptor() const { return form == Form::kDescriptor ? number : -1; }
};

struct Request {
  Action action = Action::kWriteMap;
  TargetName target{};
  ExtentList extents{};  // no two overlap on either side; every id at most kLargestId, every count at least 1
};

// Parses `arguments`, argv without argv[0]. Numbers are plain decimal: the kernel reads base 10 only, so what
// shadow takes for octal or hexadecimal would be ambiguous. Fails with one of the request reasons.
[[nodiscard]] Result<Request> ParseRequest(std::span<const char* const> arguments);

}  // namespace uidmap
