// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <string_view>

#include "core/fields.h"
#include "system/unique_fd.h"
#include "tools/checks.h"
#include "tools/read_text.h"
#include "tools/refusal_words.h"
#include "tools/words.h"

namespace uidmap {
namespace {

constexpr std::string_view kLog = "/dev/log";

std::string OwnLabel() {
  const std::string label = ReadText("/proc/self/attr/current").value_or("");
  return std::string(WithoutBlanks(std::string_view(label).substr(0, label.find('\0'))));
}

void CheckSelinux(Findings& findings) {
  const auto enforces = ReadNumber("/sys/fs/selinux/enforce");
  if (!enforces) {
    findings.push_back({Severity::kOk, "selinux", "SELinux is not in force here", ""});
  } else if (*enforces == 0) {
    findings.push_back({Severity::kOk, "selinux", "SELinux has a policy that is not enforced", ""});
  } else {
    findings.push_back({Severity::kWarning, "selinux",
                        fmt::format("SELinux is enforcing, and this process is {}: a policy can refuse a correct map",
                                    Quoted(OwnLabel())),
                        "ausearch -m avc -c newuidmap"});
  }
}

// syslog(3) sends datagrams to it.
void CheckLog(Findings& findings) {
  const UniqueFd log(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  std::copy(kLog.begin(), kLog.end(), address.sun_path);
  const bool is_there =
      log.is_open() && connect(log.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (is_there) {
    findings.push_back({Severity::kOk, "log", "somebody takes log records at /dev/log", ""});
    return;
  }
  findings.push_back({Severity::kWarning, "log",
                      fmt::format("nobody takes log records at /dev/log: {}", ErrnoWords(errno)),
                      "systemctl status systemd-journald"});
}

// audit(7): the kernel's audit listens in the first user namespace alone.
void CheckAudit(const Surroundings& here, Findings& findings) {
  const UniqueFd audit(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT));
  if (here.is_nested) {
    findings.push_back(
        {Severity::kOk, "audit", "the kernel takes no audit records from inside a user namespace", ""});
  } else if (audit.is_open()) {
    findings.push_back({Severity::kOk, "audit", "the kernel has audit", ""});
  } else {
    findings.push_back(
        {Severity::kOk, "audit", fmt::format("the kernel's audit cannot be reached: {}", ErrnoWords(errno)), ""});
  }
}

}  // namespace

void CheckPolicies(const Surroundings& here, Findings& findings) {
  CheckSelinux(findings);
  CheckLog(findings);
  CheckAudit(here, findings);
}

}  // namespace uidmap
