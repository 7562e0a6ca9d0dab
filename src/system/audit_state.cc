// SPDX-License-Identifier: BSD-3-Clause
#include "system/audit_state.h"

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
  std::array<char, 4096> room;
  std::string_view text = ReadOnce(UniqueFd(open("/proc/cmdline", O_RDONLY | O_CLOEXEC)), room);
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
