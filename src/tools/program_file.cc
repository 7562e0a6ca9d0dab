// SPDX-License-Identifier: BSD-3-Clause
#include "tools/program_file.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "core/fields.h"
#include "tools/read_text.h"

namespace uidmap {
namespace {

// linux/capability.h: little-endian words, whatever the processor is.
std::uint32_t WordAt(std::string_view value, std::size_t index) {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(value[index * 4 + i]);
  return word;
}

// What is in the file tells who made it, which its name and --version, that shadow's does not have, do not.
ProgramMaker MakerOf(const MapKindRow& row, const std::string& path) {
  const std::string bytes = ReadText(path).value_or("");
  const auto has = [&](std::string_view text) { return bytes.find(text) != std::string::npos; };
  if (has("(uidmap-ng)")) return ProgramMaker::kUidmapNg;
  if (!has(std::string("<lower").append(row.id_word))) return ProgramMaker::kUnknown;
  return has("Could not set caps") ? ProgramMaker::kShadow : ProgramMaker::kShadowWithoutCapabilities;
}

void ReadCapability(const std::string& path, ProgramFile& file) {
  std::array<char, sizeof(vfs_ns_cap_data) + 1> value;
  const ssize_t size = getxattr(path.c_str(), "security.capability", value.data(), value.size());
  if (size >= 0) file.capability = ParseFileCapability({value.data(), static_cast<std::size_t>(size)});
}

bool IsRootsAlone(std::filesystem::path path) {
  if (!path.is_absolute()) return false;
  for (;; path = path.parent_path()) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0 || status.st_uid != 0) return false;
    const bool is_groups = (status.st_mode & S_IWGRP) != 0 && status.st_gid != 0;
    const bool is_sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;  // inode(7)
    if (!is_sticky && (is_groups || (status.st_mode & S_IWOTH) != 0)) return false;
    if (path == path.root_path()) return true;
  }
}

}  // namespace

std::optional<FileCapability> ParseFileCapability(std::string_view value) {
  if (value.size() < 4) return std::nullopt;
  const std::uint32_t magic = WordAt(value, 0);
  FileCapability capability{.revision = magic >> VFS_CAP_REVISION_SHIFT,
                            .effective = (magic & VFS_CAP_FLAGS_EFFECTIVE) != 0};
  constexpr std::array<std::size_t, 4> kSizes = {0, XATTR_CAPS_SZ_1, XATTR_CAPS_SZ_2, XATTR_CAPS_SZ_3};
  if (capability.revision == 0 || capability.revision >= kSizes.size()) return std::nullopt;
  if (value.size() != kSizes[capability.revision]) return std::nullopt;
  capability.permitted = WordAt(value, 1);
  capability.inheritable = WordAt(value, 2);
  if (capability.revision == 1) return capability;
  capability.permitted |= CapabilityMask{WordAt(value, 3)} << 32;
  capability.inheritable |= CapabilityMask{WordAt(value, 4)} << 32;
  if (capability.revision == 3) capability.root = WordAt(value, 5);
  return capability;
}

bool ProgramFile::IsSetuid() const { return (mode & S_ISUID) != 0; }

std::optional<ProgramFile> LookAtProgram(const MapKindRow& row, const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::error_code ignored;
  const std::filesystem::path real_path = std::filesystem::canonical(path, ignored);
  ProgramFile file{
      .path = path, .real_path = real_path, .mode = status.st_mode, .owner = status.st_uid, .group = status.st_gid};
  struct statvfs mount = {};
  if (statvfs(path.c_str(), &mount) == 0) file.is_on_nosuid_mount = (mount.f_flag & ST_NOSUID) != 0;
  file.may_be_executed = access(path.c_str(), X_OK) == 0;
  file.may_be_written = geteuid() != 0 && access(path.c_str(), W_OK) == 0;
  file.is_roots_alone = IsRootsAlone(real_path);
  ReadCapability(path, file);
  file.maker = MakerOf(row, path);
  return file;
}

std::vector<std::string> FindInPath(std::string_view name, std::string_view search_path) {
  std::vector<std::string> found;
  for (std::string_view rest = search_path; !rest.empty();) {
    const std::string_view directory = TakeField(rest);
    std::string path = (directory.empty() ? "." : std::string(directory)).append("/").append(name);
    struct stat status = {};
    const bool is_program =
        stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
    const bool is_new = std::find(found.begin(), found.end(), path) == found.end();
    if (is_program && is_new) found.push_back(std::move(path));
  }
  return found;
}

}  // namespace uidmap
