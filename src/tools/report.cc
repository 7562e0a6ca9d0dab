// SPDX-License-Identifier: BSD-3-Clause
#include "tools/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace uidmap {
namespace {

// In the order in which they were promised, which is also the order of what is read first.
using Json = nlohmann::ordered_json;

constexpr int kJsonVersion = 1;

// Not every text is UTF-8: names of files and arguments are bytes.
std::string Dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

struct Mark {
  std::string_view word;
  std::string_view colour;  // ECMA-48, "Select graphic rendition"
};

Mark MarkOf(Severity severity) {
  switch (severity) {
    case Severity::kOk: return {"ok", "32"};
    case Severity::kWarning: return {"warning", "33"};
    case Severity::kProblem: break;
  }
  return {"problem", "1;31"};
}

Mark MarkOf(ExplainedStep::Outcome outcome) {
  return outcome == ExplainedStep::Outcome::kPassed ? Mark{"ok", "32"} : Mark{"refused", "1;31"};
}

std::string Paint(Mark mark, Form form) {
  const std::string padded = fmt::format("{:<8}", mark.word);
  return form == Form::kColoured ? fmt::format("\x1b[{}m{}\x1b[0m", mark.colour, padded) : padded;
}

std::size_t CountOf(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<std::size_t>(std::count_if(
      findings.begin(), findings.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

std::string InNumbers(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string FindingsAsJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"severity", MarkOf(finding.severity).word},
                    {"check", finding.check},
                    {"sentence", finding.sentence},
                    {"remedy", finding.remedy}});
  }
  return Dump({{"version", kJsonVersion}, {"ok", !HaveProblem(findings)}, {"findings", list}});
}

std::string ExplanationAsJson(const Explanation& explanation) {
  Json steps = Json::array();
  for (const ExplainedStep& step : explanation.steps) {
    steps.push_back({{"outcome", MarkOf(step.outcome).word}, {"step", step.step}, {"sentence", step.sentence}});
  }
  const bool is_accepted = explanation.verdict == Explanation::Verdict::kAccepted;
  return Dump({{"version", kJsonVersion},
               {"verdict", is_accepted ? "accepted" : "refused"},
               {"steps", steps},
               {"map", explanation.map},
               {"reason", explanation.reason},
               {"message", explanation.message}});
}

}  // namespace

bool HaveProblem(const std::vector<Finding>& findings) { return CountOf(findings, Severity::kProblem) != 0; }

std::string RenderFindings(const std::vector<Finding>& findings, Form form) {
  if (form == Form::kJson) return FindingsAsJson(findings);
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{} {}: {}\n", Paint(MarkOf(finding.severity), form), finding.check, finding.sentence);
    if (!finding.remedy.empty()) text += fmt::format("         try: {}\n", finding.remedy);
  }
  return text + fmt::format("{}, {}\n", InNumbers(CountOf(findings, Severity::kProblem), "problem"),
                            InNumbers(CountOf(findings, Severity::kWarning), "warning"));
}

std::string RenderExplanation(const Explanation& explanation, Form form) {
  if (form == Form::kJson) return ExplanationAsJson(explanation);
  std::string text;
  for (const ExplainedStep& step : explanation.steps) {
    text += fmt::format("{} {}: {}\n", Paint(MarkOf(step.outcome), form), step.step, step.sentence);
  }
  if (explanation.verdict == Explanation::Verdict::kRefused) {
    return text + (explanation.message.empty() ? "it would not start\n" : "it would say:\n" + explanation.message);
  }
  return text +
         (explanation.map.empty() ? "it would write nothing, and succeed\n" : "it would write:\n" + explanation.map);
}

}  // namespace uidmap
