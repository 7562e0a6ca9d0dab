// SPDX-License-Identifier: BSD-3-Clause
#include "system/audit_state.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "core/fields.h"
#include "system/own_namespace.h"
#include "system/small_file.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

// auditd(8) from 4.1.2 on, and before.
constexpr const char* kPidFiles[] = {"/run/audit/auditd.pid", "/run/auditd.pid"};

// A caller who leaves no descriptor, or a filter, does not choose that audit is off.
bool CannotTell(int error_number) { return error_number != ENOENT && error_number != EACCES; }

// Kernel: audit_enable(): whatever is neither "0" nor "off" means on, and the last one counts; what follows "--" is
// for init(8).
bool IsOnFromTheStart() {
  constexpr std::string_view kAudit = "audit=";
  const UniqueFd file(open("/proc/cmdline", O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return CannotTell(errno);
  std::array<char, 4096> room;
  std::string_view text = ReadOnce(file, room);
  std::string_view words = TakeField(text, '\n');
  bool is_on = false;
  while (!words.empty()) {
    const std::string_view word = TakeField(words, ' ');
    if (word == "--") break;
    if (!word.starts_with(kAudit)) continue;
    const std::string_view value = word.substr(kAudit.size());
    is_on = value != "0" && !EqualsIgnoringCase(value, "off");
  }
  return is_on;
}

bool DaemonRuns() {
  return std::any_of(std::begin(kPidFiles), std::end(kPidFiles), [](const char* path) {
    struct stat status = {};
    return stat(path, &status) == 0 || CannotTell(errno);
  });
}

}  // namespace

bool IsAuditOn() {
  const bool seems_on = DaemonRuns() || IsOnFromTheStart();
  // Kernel: audit_netlink_ok() takes no records from inside a user namespace, whose /proc/cmdline is the machine's.
  return seems_on && InInitialUserNamespace();
}

}  // namespace uidmap
