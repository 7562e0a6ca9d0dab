// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_file.h"

#include <utility>

#include "tools/words.h"

namespace uidmap {
namespace {

// What a user namespace shows of owners that it does not have (user_namespaces(7)); who they are cannot be seen.
constexpr uid_t kOverflowId = 65534;

}  // namespace

void CheckFile(const FileBelowRoot& file, const std::string& path, FindingsOfFile& findings) {
  const auto add = [&](const std::string& fault, std::string_view command) {
    findings.Add(LintCheck::kFile, [&] {
      return std::pair(Sentence(findings.file(), ": ", fault), Sentence(command, " ", ShellWord(path)));
    });
  };
  const uid_t owner = file.status.st_uid;
  const gid_t group = file.status.st_gid;
  const mode_t mode = file.status.st_mode;
  if (owner != 0 && owner != kOverflowId) add(Sentence("belongs to uid ", owner, ", not to root"), "chown root");
  if ((mode & S_IWOTH) != 0) add("everybody may write it", "chmod o-w");
  if ((mode & S_IWGRP) != 0 && group != 0 && !file.has_access_list) {
    add(Sentence("group ", group, " may write it"), "chmod g-w");
  }
  if ((mode & S_IROTH) == 0)
    add("not everybody may read it, as newuidmap and newgidmap must for their caller", "chmod o+r");
  if (file.has_access_list) add("has an access control list, which may let others write it", "setfacl -b");
}

}  // namespace uidmap
