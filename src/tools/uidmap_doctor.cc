// SPDX-License-Identifier: BSD-3-Clause
// uidmap-doctor: will rootless containers start here, and if not, why? An ordinary program without any privilege.
#include <stdlib.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "system/startup.h"
#include "tools/checks.h"
#include "tools/explain.h"
#include "tools/lint.h"
#include "tools/report.h"

namespace uidmap {
namespace {

// Documented in uidmap-doctor(1).
enum ExitStatus { kAllRight = 0, kProblems = 1, kCouldNotRun = 2 };

struct Options {
  bool as_json = false;
  std::string program{};               // of explain; the one that PATH has if empty
  std::vector<std::string> request{};  // of explain
  std::string root = "/";              // of lint
};

std::string Environment(const char* name) {
  const char* const value = getenv(name);
  return value != nullptr ? value : "";
}

// confstr(3): where programs are looked for without PATH.
std::string SearchPath() {
  const std::string path = Environment("PATH");
  return path.empty() ? "/bin:/usr/bin" : path;
}

Form FormOf(const Options& options) {
  if (options.as_json) return Form::kJson;
  const bool may_colour =
      isatty(STDOUT_FILENO) == 1 && Environment("NO_COLOR").empty() && Environment("TERM") != "dumb";
  return may_colour ? Form::kColoured : Form::kPlain;
}

int CannotRun(const std::string& why) {
  std::string shown = why;  // may have arguments in it
  std::replace_if(
      shown.begin(), shown.end(), [](char byte) { return byte < 0x20 || byte > 0x7e; }, '?');
  std::cerr << "uidmap-doctor: " << shown << "\n";
  return kCouldNotRun;
}

int Print(const std::string& text, ExitStatus status) {
  std::cout << text << std::flush;
  return std::cout ? status : CannotRun("standard output cannot be written");
}

int RunCheck(const Options& options) {
  const Surroundings here = LookAround(SearchPath().c_str());
  Findings findings;
  CheckPrograms(here, findings);
  CheckProcess(here, findings);
  CheckNamespaces(here, findings);
  CheckOwnIds(here, findings);
  CheckGrants(here, findings);
  CheckProc(here, findings);
  CheckPolicies(here, findings);
  return Print(RenderFindings(findings, FormOf(options)), HaveProblem(findings) ? kProblems : kAllRight);
}

const MapKindRow* RowNamed(const std::string& program) {
  for (const MapKindRow& row : kMapKinds) {
    if (row.program == program) return &row;
  }
  return nullptr;
}

int RunExplain(const Options& options) {
  const MapKindRow* const row = options.request.empty() ? nullptr : RowNamed(options.request.front());
  if (row == nullptr) return CannotRun("explain needs newuidmap or newgidmap, and its arguments");
  const Helper helper = FindHelper(row->kind, SearchPath());
  const auto program = options.program.empty() ? helper.used : LookAtProgram(*row, options.program);
  if (!program) return CannotRun(options.request.front() + " is not there, see uidmap-doctor without arguments");

  std::vector<const char*> arguments;
  for (std::size_t i = 1; i < options.request.size(); ++i) arguments.push_back(options.request[i].c_str());
  const Explanation explanation = Explain(*row, arguments, *program);
  const bool is_accepted = explanation.verdict == Explanation::Verdict::kAccepted;
  return Print(RenderExplanation(explanation, FormOf(options)), is_accepted ? kAllRight : kProblems);
}

// On its own line, over and over again, and gone at the end.
void ShowProgress(double done) {
  constexpr int kAll = 100;
  std::cerr << "\r" << static_cast<int>(done * kAll) << " %\r" << std::flush;
}

int RunLint(const Options& options) {
  const bool is_watched = isatty(STDERR_FILENO) == 1;
  const auto show = [&](double done) {
    if (is_watched) ShowProgress(done);
  };
  const LintReport report = Lint(options.root, show);
  if (is_watched) std::cerr << "\r     \r" << std::flush;
  if (!report.failure.empty()) return CannotRun(report.failure);
  return Print(RenderFindings(report.findings, FormOf(options)),
               HaveProblem(report.findings) ? kProblems : kAllRight);
}

int Run(int argc, char** argv) {
  if (!FillStandardDescriptors().has_value()) return CannotRun("descriptors 0 to 2 could not be opened");
  Options options;
  CLI::App app("Says whether rootless containers can start here, and if not, why. See uidmap-doctor(1).",
               "uidmap-doctor");
  app.set_version_flag("--version", "uidmap-doctor (uidmap-ng) " UIDMAP_VERSION);
  app.add_flag("--json", options.as_json, "print JSON");
  CLI::App* const explain =
      app.add_subcommand("explain", "what newuidmap or newgidmap would do with these arguments, and why");
  explain->add_flag("--json", options.as_json, "print JSON");
  explain->add_option("--program", options.program, "the file of the helper, in place of the one that PATH has");
  explain->prefix_command();
  explain->footer("Example: uidmap-doctor explain newuidmap 4242 0 1000 1 1 100000 65536");
  CLI::App* const lint = app.add_subcommand("lint", "what is wrong with /etc/subuid and /etc/subgid");
  lint->add_flag("--json", options.as_json, "print JSON");
  lint->add_option("--root", options.root, "the directory that has the etc to look at");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool was_asked_for = error.get_exit_code() == 0;  // --help and --version end here, too
    if (was_asked_for) return app.exit(error);
    return CannotRun(std::string(error.what()) + ", see uidmap-doctor --help");
  }
  if (*lint) return RunLint(options);
  if (!*explain) return RunCheck(options);
  options.request = explain->remaining();
  return RunExplain(options);
}

}  // namespace
}  // namespace uidmap

int main(int argc, char** argv) {
  try {
    return uidmap::Run(argc, argv);
  } catch (const std::exception& error) {
    return uidmap::CannotRun(error.what());
  }
}
