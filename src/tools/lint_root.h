// SPDX-License-Identifier: BSD-3-Clause
// The files below the directory that lint looks at.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "system/unique_fd.h"

namespace uidmap {

struct FileBelowRoot {
  std::string text;
  struct stat status = {};
  bool has_access_list = false;
};

class LintRoot {
 public:
  // `root` is a directory; empty is the same as "/".
  explicit LintRoot(const std::string& root);

  // The file at `path`, such as "etc/subuid", found as a process would find it whose root the directory is; none if
  // there is none. Throws std::runtime_error with a sentence if it is there and cannot be read, or is no regular
  // file.
  [[nodiscard]] std::optional<FileBelowRoot> Read(const std::string& path) const;

  // How a command names it.
  [[nodiscard]] std::string PathOf(const std::string& path) const;

 private:
  std::string prefix_;  // ends with a slash
  UniqueFd directory_;
};

}  // namespace uidmap
