// SPDX-License-Identifier: BSD-3-Clause
#include "system/target_process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/text.h"
#include "system/pidfd.h"
#include "system/small_file.h"

namespace uidmap {
namespace {

int Openat2(int directory, const char* name, open_how how) {
  return static_cast<int>(syscall(SYS_openat2, directory, name, &how, sizeof how));
}

// A seccomp filter may answer EPERM for the system call, and /proc mounted with hidepid=1 for the lookup.
bool Openat2IsRefused(int error_number) {
  if (error_number == ENOSYS) return true;
  if (error_number != EPERM) return false;
  open_how how = {};
  how.flags = O_PATH | O_CLOEXEC;
  return !UniqueFd(Openat2(AT_FDCWD, "/", how)).is_open();
}

// statx(2): the same file system can be mounted twice; mounts have numbers.
bool AreOfOneMount(const UniqueFd& one, const UniqueFd& other) {
  struct statx a = {};
  struct statx b = {};
  return statx(one.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &a) == 0 &&
         statx(other.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &b) == 0 &&
         (a.stx_mask & b.stx_mask & STATX_MNT_ID) != 0 && a.stx_mnt_id == b.stx_mnt_id;
}

// What openat2(2) is asked for below, by hand: one name has no way but down, links are not followed, and what was
// opened through a mount is given back unused. -1 and ENOSYS if that cannot be told.
UniqueFd OpenWithoutOpenat2(const UniqueFd& directory, const char* name, int flags) {
  UniqueFd file(openat(directory.get(), name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open() || AreOfOneMount(directory, file)) return file;
  const int error_number = AreOfOneMount(directory, directory) ? EXDEV : ENOSYS;
  file = UniqueFd();
  errno = error_number;
  return file;
}

UniqueFd OpenBeneath(const UniqueFd& directory, const char* name, int flags) {
  open_how how = {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  UniqueFd file(Openat2(directory.get(), name, how));
  const int error_number = errno;
  if (!file.is_open() && Openat2IsRefused(error_number)) return OpenWithoutOpenat2(directory, name, flags);
  errno = error_number;
  return file;
}

Result<UniqueFd> OpenByProcessId(int process_id) {
  BoundedText<32> path;
  path.Append("/proc/");
  path.AppendDecimal(static_cast<std::uint64_t>(process_id));
  path.AppendByte('\0');
  // Not O_PATH, which proc_pid_permission() lets pass: a process that hidepid hides must look like none.
  UniqueFd directory(open(path.view().data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) {
    return Failure{
        .reason = Reason::kNoProcess, .error_number = errno, .numbers = {static_cast<std::uint64_t>(process_id)}};
  }
  return directory;
}

// A duplicate, so that it is ours to close. There is no exec any more that it would have to be closed on.
Result<UniqueFd> OpenByDescriptor(int inherited) {
  UniqueFd duplicate(dup(inherited));
  if (!duplicate.is_open()) {
    return Failure{
        .reason = Reason::kBadDescriptor, .error_number = errno, .numbers = {static_cast<std::uint64_t>(inherited)}};
  }
  const auto process = TRY(ProcessOfPidfd(inherited));
  if (!process) return duplicate;
  UniqueFd directory = TRY(OpenByProcessId(*process));
  if (HasEnded(inherited)) return Failure{.reason = Reason::kTargetGone, .error_number = ESRCH};
  return directory;
}

BoundedText<24> Describe(const TargetName& name) {
  BoundedText<24> text;
  text.Append(name.form == TargetName::Form::kDescriptor ? "fd:" : "");
  text.AppendDecimal(static_cast<std::uint64_t>(name.number));
  return text;
}

// openat2(2) finds the map file only if nothing is mounted over it, so the file system's type counts for the file,
// too. A few other directories of proc can be made to have a file of that name; the kernel lets nobody but their
// owner write there, and no map is in them.
Result<void> ProveProcessDirectory(const MapKindRow& row, const UniqueFd& directory, const TargetName& name) {
  const auto refuse = [&](int error_number) {
    return FailureOf(Reason::kNotProcessDirectory, Describe(name).view(), error_number);
  };
  struct statfs file_system = {};
  if (fstatfs(directory.get(), &file_system) != 0) return refuse(errno);
  if (file_system.f_type != PROC_SUPER_MAGIC) return refuse(ENOTDIR);

  if (OpenBeneath(directory, row.map_file, O_PATH).is_open()) return {};
  const int error_number = errno;
  if (error_number == ENOSYS) return Failure{.reason = Reason::kOpenat2Missing, .error_number = error_number};
  if (error_number == ESRCH) return Failure{.reason = Reason::kTargetGone, .error_number = error_number};
  if (error_number == EPERM || error_number == EACCES) return {};  // hidden: its owner, then its map, will say more
  return refuse(error_number);
}

// proc_pid_stat(5): the number, the name, which may hold anything, in parentheses, and the state.
std::string_view ReadStat(const TargetProcess& target, std::span<char> room) {
  return ReadOnce(target.OpenFile("stat", O_RDONLY), room);
}

bool IsZombie(const TargetProcess& target) {
  std::array<char, 256> bytes;
  const std::string_view text = ReadStat(target, bytes);
  const auto name_end = text.rfind(')');
  return name_end != std::string_view::npos && text.substr(name_end).starts_with(") Z");
}

}  // namespace

Result<TargetProcess> TargetProcess::Open(const MapKindRow& row, const TargetName& name) {
  UniqueFd directory =
      TRY(name.form == TargetName::Form::kProcessId ? OpenByProcessId(name.number) : OpenByDescriptor(name.number));
  TRY(ProveProcessDirectory(row, directory, name));
  struct stat status = {};
  if (fstat(directory.get(), &status) != 0) return FailureOf(Reason::kTargetUnreadable, "fstat", errno);
  return TargetProcess(std::move(directory), {Uid{status.st_uid}, Gid{status.st_gid}});
}

Result<void> TargetProcess::CheckMapIsOpen(const MapKindRow& row) const {
  const UniqueFd map = OpenFile(row.map_file, O_PATH);
  struct stat status = {};
  if (!map.is_open() || fstat(map.get(), &status) != 0) return {};  // the open for writing will say more
  if (status.st_uid == owner_.uid.value && status.st_gid == owner_.gid.value) return {};
  return Failure{.reason = IsZombie(*this) ? Reason::kTargetIsZombie : Reason::kTargetNotDumpable};
}

std::uint32_t TargetProcess::Number(const TargetName& name) const {
  if (name.form == TargetName::Form::kProcessId) return static_cast<std::uint32_t>(name.number);
  std::array<char, 256> bytes;
  std::string_view text = ReadStat(*this, bytes);
  return static_cast<std::uint32_t>(ParseDecimal(TakeField(text, ' '), std::numeric_limits<int>::max()).value_or(0));
}

UniqueFd TargetProcess::OpenFile(const char* name, int flags) const { return OpenBeneath(directory_, name, flags); }

UniqueFd TargetProcess::OpenUserNamespace() const {
  return UniqueFd(openat(directory_.get(), "ns/user", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace uidmap
