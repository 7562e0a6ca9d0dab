// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/map_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <string_view>

namespace uidmap {
namespace {

constexpr std::string_view kDeny = "deny\n";

// user_namespaces(7): the file reads "allow" or "deny".
bool ReadsDeny(int setgroups) {
  char state[kDeny.size()] = {};
  const ssize_t size = pread(setgroups, state, sizeof state, 0);
  return size == static_cast<ssize_t>(kDeny.size()) && std::string_view(state, kDeny.size()) == kDeny;
}

}  // namespace

Result<PreparedWrite> PreparedWrite::Prepare(const MapKindRow& row, const FittedMap& map,
                                             const TargetProcess& target) {
  PreparedWrite write(row, map, target);
  if (map.setgroups() == SetgroupsAction::kLeave) return write;
  UniqueFd setgroups = target.OpenFile("setgroups", O_RDWR);
  if (!setgroups.is_open()) return Failure{.reason = Reason::kSetgroupsUnavailable, .error_number = errno};
  if (!ReadsDeny(setgroups.get())) write.setgroups_to_deny_ = std::move(setgroups);
  return write;
}

Result<void> PreparedWrite::DenySetgroups() const {
  const int setgroups = setgroups_to_deny_.get();
  // Not pwrite(2): seq_open() takes that away. The position is still 0, since pread(2) does not move it.
  const ssize_t size = write(setgroups, kDeny.data(), kDeny.size());
  if (size < 0) return Failure{.reason = Reason::kSetgroupsDenyFailed, .error_number = errno};
  if (!ReadsDeny(setgroups)) return Failure{.reason = Reason::kSetgroupsDenyFailed, .error_number = EIO};
  return {};
}

Result<void> PreparedWrite::Write(const RaisedPrivilege& /*privilege*/) const {
  const UniqueFd file = target_.OpenFile(row_.map_file, O_WRONLY);
  if (!file.is_open()) return Failure{.reason = Reason::kMapOpenFailed, .error_number = errno};
  if (setgroups_to_deny_.is_open()) TRY(DenySetgroups());

  const std::string_view text = map_.text();
  const ssize_t size = write(file.get(), text.data(), text.size());
  if (size == static_cast<ssize_t>(text.size())) return {};
  const bool refused = size < 0;
  return Failure{.reason = refused ? Reason::kMapWriteFailed : Reason::kMapWriteShort,
                 .error_number = refused ? errno : 0,
                 .numbers = {refused ? 0 : static_cast<std::uint64_t>(size), text.size()},
                 .deny_remains = setgroups_to_deny_.is_open()};
}

}  // namespace uidmap
