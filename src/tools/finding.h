// SPDX-License-Identifier: BSD-3-Clause
// What a check has to say.
#pragma once

#include <string>

namespace uidmap {

enum class Severity { kOk, kWarning, kProblem };

struct Finding {
  Severity severity;
  std::string check;
  std::string sentence;
  std::string remedy;  // a command; may be empty
};

}  // namespace uidmap
