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

// Kernel: audit_enable(): the words are "1" and "on", and the last one counts.
bool IsOnFromTheStart() {
  std::array<char, 4096> room;
  std::string_view text = ReadOnce(UniqueFd(open("/proc/cmdline", O_RDONLY | O_CLOEXEC)), room);
  std::string_view words = TakeField(text, '\n');
  bool is_on = false;
  while (!words.empty()) {
    const std::string_view word = TakeField(words, ' ');
    if (word.starts_with("audit=")) is_on = word == "audit=1" || word == "audit=on";
  }
  return is_on;
}

}  // namespace

bool IsAuditOn() { return access("/run/auditd.pid", F_OK) == 0 || IsOnFromTheStart(); }

}  // namespace uidmap
