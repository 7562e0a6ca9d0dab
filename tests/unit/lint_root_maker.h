// SPDX-License-Identifier: BSD-3-Clause
// A directory that looks like the root of a machine, and what lint says about it.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tools/lint.h"

namespace uidmap {

inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << static_cast<int>(finding.severity) << " " << finding.check << ": " << finding.sentence << " ["
       << finding.remedy << "]";
}

// Lives as long as the test; at first in order, and with two users who have ranges.
class LintTest : public testing::Test {
 protected:
  LintTest() {
    std::string pattern = testing::TempDir() + "lint.XXXXXX";
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(root_ + "/etc");
    Put("passwd",
        "root:x:0:0::/:/bin/sh\nu1:x:5001:5101::/:/bin/sh\nalias:x:5001:5101::/:/bin/sh\n"
        "u2:x:5002:5102::/:/bin/sh\n");
    Put("group", "root:x:0:\ng1:x:5101:\ng2:x:5102:\n");
    Put("login.defs", "");
    Put("nsswitch.conf", "passwd: files\n");
    PutBoth("u1:100000:65536\nu2:165536:65536\n");
  }
  ~LintTest() override { std::filesystem::remove_all(root_); }

  // Replaces what is there. The mode does not depend on the umask, and root owns the file if the test runs as root.
  void Put(const std::string& name, std::string_view text, mode_t mode = 0644) {
    std::filesystem::remove_all(PathOf(name));
    std::ofstream(PathOf(name), std::ios::binary) << text;
    chmod(PathOf(name).c_str(), mode);
  }
  void PutBoth(std::string_view text) {
    Put("subuid", text);
    Put("subgid", text);
  }

  [[nodiscard]] std::string PathOf(const std::string& name) const { return root_ + "/etc/" + name; }

  [[nodiscard]] LintReport Run() const {
    return Lint(root_, [](double) {});
  }

  // What is not in order about subuid, or about the file whose name begins the sentences.
  [[nodiscard]] std::vector<Finding> Faults(const std::string& file = "subuid") const {
    const LintReport report = Run();
    EXPECT_EQ(report.failure, "");
    std::vector<Finding> faults;
    for (const Finding& finding : report.findings) {
      const bool is_about_file = finding.sentence.starts_with(file + ":");
      if (finding.severity != Severity::kOk && is_about_file) faults.push_back(finding);
    }
    return faults;
  }

  [[nodiscard]] std::vector<std::string> Sentences(const std::string& file = "subuid") const {
    std::vector<std::string> sentences;
    for (const Finding& finding : Faults(file)) sentences.push_back(finding.sentence);
    return sentences;
  }

  std::string root_;
};

}  // namespace uidmap
