// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lint_root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <stdexcept>

#include "tools/words.h"

namespace uidmap {
namespace {

// A sparse file of somebody else's root could ask for all memory.
constexpr off_t kLargest = off_t{1} << 30;

[[noreturn]] void Fail(const std::string& path, std::string_view why) {
  throw std::runtime_error(Sentence("cannot read ", path, ": ", why));
}

// A container's filter may refuse openat2(2), without which no other directory can be taken for the root.
UniqueFd OpenInRoot(int directory, const std::string& path, bool is_own_root) {
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  if (is_own_root) return UniqueFd(openat(directory, path.c_str(), kFlags));
  open_how how = {.flags = kFlags, .mode = 0, .resolve = RESOLVE_IN_ROOT};
  return UniqueFd(static_cast<int>(syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
}

std::string ReadAll(const UniqueFd& file, const std::string& shown_path, std::size_t expected) {
  std::string text;
  text.resize(expected + 1);  // one more, so that the end is seen at once
  std::size_t size = 0;
  while (true) {
    const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) Fail(shown_path, strerrordesc_np(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size == text.size()) text.resize(2 * size);
  }
  text.resize(size);
  return text;
}

}  // namespace

LintRoot::LintRoot(const std::string& root) : prefix_(root) {
  if (!prefix_.ends_with('/')) prefix_ += '/';
  directory_ = UniqueFd(open(prefix_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory_.is_open()) Fail(prefix_, strerrordesc_np(errno));
}

std::string LintRoot::PathOf(const std::string& path) const { return prefix_ + path; }

std::optional<FileBelowRoot> LintRoot::Read(const std::string& path) const {
  const UniqueFd file = OpenInRoot(directory_.get(), path, prefix_ == "/");
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) Fail(PathOf(path), strerrordesc_np(errno));
  FileBelowRoot found;
  if (fstat(file.get(), &found.status) != 0) Fail(PathOf(path), strerrordesc_np(errno));
  if (!S_ISREG(found.status.st_mode)) Fail(PathOf(path), "it is not a regular file");
  if (found.status.st_size > kLargest) Fail(PathOf(path), "it is larger than 1 GiB");
  found.has_access_list = fgetxattr(file.get(), "system.posix_acl_access", nullptr, 0) > 0;
  found.text = ReadAll(file, PathOf(path), static_cast<std::size_t>(found.status.st_size));
  return found;
}

}  // namespace uidmap
