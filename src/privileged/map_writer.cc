// SPDX-License-Identifier: BSD-3-Clause
#include "privileged/map_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

namespace uidmap {
namespace {

constexpr std::string_view kDeny = "deny\n";

enum class Setgroups : std::uint8_t { kAllowed, kDenied, kUnknown };

// user_namespaces(7): the file reads "allow" or "deny".
Setgroups ReadState(int setgroups) {
  char state[kDeny.size()] = {};
  if (pread(setgroups, state, sizeof state, 0) != static_cast<ssize_t>(sizeof state)) return Setgroups::kUnknown;
  return std::string_view(state, sizeof state) == kDeny ? Setgroups::kDenied : Setgroups::kAllowed;
}

}  // namespace

Result<PreparedWrite> PreparedWrite::Prepare(const MapKindRow& row, const FittedMap& map,
                                             const TargetProcess& target) {
  PreparedWrite write(row, map, target);
  if (map.setgroups() == SetgroupsAction::kLeave) return write;
  UniqueFd setgroups = target.OpenFile("setgroups", O_RDWR);
  if (!setgroups.is_open()) return Failure{.reason = Reason::kSetgroupsUnavailable, .error_number = errno};
  const Setgroups state = ReadState(setgroups.get());
  // What cannot be read back must not be denied.
  if (state == Setgroups::kUnknown) return Failure{.reason = Reason::kSetgroupsUnavailable, .error_number = EIO};
  if (state == Setgroups::kAllowed) write.setgroups_to_deny_ = std::move(setgroups);
  return write;
}

Result<void> PreparedWrite::DenySetgroups() const {
  const int setgroups = setgroups_to_deny_.get();
  // Not pwrite(2): seq_open() takes that away. The position is still 0, since pread(2) does not move it.
  const ssize_t size = write(setgroups, kDeny.data(), kDeny.size());
  if (size < 0) return Failure{.reason = Reason::kSetgroupsDenyFailed, .error_number = errno};
  const Setgroups state = ReadState(setgroups);
  if (state == Setgroups::kDenied) return {};
  return Failure{
      .reason = Reason::kSetgroupsDenyFailed, .error_number = EIO, .deny_remains = state == Setgroups::kUnknown};
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
