// SPDX-License-Identifier: BSD-3-Clause
// What the program prints: for people, or as JSON in the form that uidmap-doctor(1) describes.
#pragma once

#include <string>
#include <vector>

#include "tools/explain.h"
#include "tools/finding.h"

namespace uidmap {

enum class Form { kPlain, kColoured, kJson };

// Problems are what counts: warnings are none.
[[nodiscard]] bool HaveProblem(const std::vector<Finding>& findings);

[[nodiscard]] std::string RenderFindings(const std::vector<Finding>& findings, Form form);
[[nodiscard]] std::string RenderExplanation(const Explanation& explanation, Form form);

}  // namespace uidmap
