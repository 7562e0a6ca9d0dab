// SPDX-License-Identifier: BSD-3-Clause
#include "system/audit_state.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "core/fields.h"
#include "system/small_file.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

// Kernel: audit_enable(): whatever is neither "0" nor "off" means on, and the last one counts.
bool IsOnFromTheStart() {
  constexpr std::string_view kAudit = "audit=";
  const UniqueFd file(open("/proc/cmdline", O_RDONLY | O_CLOEXEC));
  // A caller who leaves no descriptor for it does not get a map without a record: then uidmap-audit, which needs more
  // of them, cannot be started, and that is a refusal.
  if (!file.is_open()) return errno != ENOENT && errno != EACCES;
  std::array<char, 4096> room;
  std::string_view text = ReadOnce(file, room);
  std::string_view words = TakeField(text, '\n');
  bool is_on = false;
  while (!words.empty()) {
    const std::string_view word = TakeField(words, ' ');
    if (!word.starts_with(kAudit)) continue;
    const std::string_view value = word.substr(kAudit.size());
    is_on = value != "0" && !EqualsIgnoringCase(value, "off");
  }
  return is_on;
}

}  // namespace

bool IsAuditOn() { return access("/run/auditd.pid", F_OK) == 0 || IsOnFromTheStart(); }

}  // namespace uidmap
