// SPDX-License-Identifier: BSD-3-Clause
#include "system/target_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/fields.h"
#include "system/small_file.h"
#include "system/unique_fd.h"

namespace uidmap {
namespace {

// namespaces(7): the same namespace has the same device and inode.
struct Identity {
  dev_t device;
  ino_t inode;
  friend bool operator==(const Identity&, const Identity&) = default;
};

std::optional<Identity> IdentityOf(const UniqueFd& name_space) {
  struct stat status = {};
  if (!name_space.is_open() || fstat(name_space.get(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

constexpr int kJustToLook = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

UniqueFd OpenOwnUserNamespace() { return UniqueFd(open("/proc/self/ns/user", kJustToLook)); }

// Up to `room.size()` bytes from the beginning of the target's map; none if it has no map, or it cannot be read.
std::string_view ReadMap(const MapKindRow& row, const TargetProcess& target, std::span<char> room) {
  return ReadOnce(target.OpenFile(row.map_file, kJustToLook), room);
}

Failure AlreadyWritten(std::string_view map) {
  std::string_view line = TakeField(map, '\n');
  Failure failure{.reason = Reason::kMapAlreadyWritten, .error_number = EPERM};
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (!failure.said.view().empty() && !line.empty()) failure.said.AppendByte(' ');
    failure.said.Append(TakeField(line, ' '));
  }
  return failure;
}

// ioctl_ns(2).
Result<void> JudgeKinship(const UniqueFd& theirs, const Identity& ours) {
  const UniqueFd parent(ioctl(theirs.get(), NS_GET_PARENT));
  const auto parent_identity = IdentityOf(parent);
  const bool is_child = parent_identity ? *parent_identity == ours : errno != EPERM;  // EPERM: it is out of sight
  if (is_child) return {};
  return Failure{.reason = Reason::kNamespaceNotChild, .error_number = EPERM};
}

std::string_view ReadWord(const char* path, std::span<char> room) {
  return WithoutBlanks(ReadOnce(UniqueFd(open(path, kJustToLook)), room));
}

// Which security module that restricts user namespaces is switched on; empty if none is known to be.
std::string_view ActiveSecurityModule() {
  std::array<char, 16> word;
  if (ReadWord("/sys/fs/selinux/enforce", word).starts_with('1')) return "SELinux, which is enforcing";
  if (ReadWord("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", word).starts_with('1')) {
    return "AppArmor, by kernel.apparmor_restrict_unprivileged_userns";
  }
  return {};
}

// cap_ptrace_access_check(): of a process with one's own ids, which is dumpable, the link can be followed by who made
// its namespace, or one that it is in, in his own namespace. Nothing follows from that where a security module keeps
// this process from its own namespace, too.
bool IsOutOfReach(const TargetProcess& target) {
  if (!OpenOwnUserNamespace().is_open()) return false;
  return !target.OpenUserNamespace().is_open() && errno == EACCES;
}

// Succeeds if nothing can be seen that the kernel would have refused.
Result<void> FindCause(const MapKindRow& row, const TargetProcess& target, Uid caller, const Failure& refused) {
  const bool was_open = refused.reason == Reason::kMapOpenFailed || refused.reason == Reason::kSetgroupsUnavailable;
  const bool was_write = refused.reason == Reason::kMapWriteFailed && refused.error_number == EPERM;
  if (was_open) TRY(target.CheckMapIsOpen(row));
  if (!was_write && refused.reason != Reason::kSetgroupsUnavailable) return {};
  TRY(JudgeNamespace(row, target));
  if (IsOutOfReach(target)) {
    return Failure{.reason = Reason::kNamespaceOfOther, .error_number = EPERM, .numbers = {caller.value}};
  }
  const std::string_view security_module = ActiveSecurityModule();
  if (!was_write || security_module.empty()) return {};
  return FailureOf(Reason::kSecurityModule, security_module, EPERM);
}

}  // namespace

Result<void> JudgeNamespace(const MapKindRow& row, const TargetProcess& target) {
  const UniqueFd theirs = target.OpenUserNamespace();
  const auto their_identity = IdentityOf(theirs);
  const auto own_identity = IdentityOf(OpenOwnUserNamespace());
  if (their_identity && their_identity == own_identity) {
    return Failure{.reason = Reason::kTargetInOwnNamespace, .error_number = EPERM};
  }
  std::array<char, 64> room;
  if (const auto map = ReadMap(row, target, room); !map.empty()) return AlreadyWritten(map);
  if (!their_identity || !own_identity) return {};
  return JudgeKinship(theirs, *own_identity);
}

Failure ExplainRefusal(const MapKindRow& row, const TargetProcess& target, Uid caller, const Failure& refused) {
  const Result<void> cause = FindCause(row, target, caller, refused);
  if (cause.has_value()) return refused;
  Failure failure = cause.error();
  failure.deny_remains = refused.deny_remains;
  return failure;
}

}  // namespace uidmap
