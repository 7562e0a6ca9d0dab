// SPDX-License-Identifier: BSD-3-Clause
// The decision that a helper would take, step by step, without taking it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/map_kind.h"
#include "tools/program_file.h"

namespace uidmap {

struct ExplainedStep {
  enum class Outcome { kPassed, kRefused };
  Outcome outcome;
  std::string step;
  std::string sentence;
};

struct Explanation {
  enum class Verdict { kAccepted, kRefused };
  Verdict verdict = Verdict::kRefused;
  std::vector<ExplainedStep> steps{};
  std::string map{};      // what the kernel would be given
  std::string reason{};   // the helper's word for records; "exec" where the kernel would not execute it
  std::string message{};  // what the helper would say
};

// What `program`, a helper of uidmap-ng in that file, would do with `arguments`, argv without argv[0]. Goes through
// the steps of src/helper.cc with the same functions, as the real ids of this process, of which the capabilities are
// given up. Writes nothing; of the target, the files are opened that the helper would write to. That the kernel
// itself would take the map is concluded from what can be seen.
[[nodiscard]] Explanation Explain(const MapKindRow& row, std::span<const char* const> arguments,
                                  const ProgramFile& program);

}  // namespace uidmap
