// SPDX-License-Identifier: BSD-3-Clause
// A file of /etc that says who may do what: opened as the caller, judged as it is open, read in chunks.
#pragma once

#include <string_view>

#include "core/caller.h"
#include "core/lines.h"
#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

enum class FileState : unsigned char { kRead, kAbsent };

// Calls `take(line)` for every line of the file at `path` that is not too long to count, in order, until `take`
// fails; `take` returns a Result<void>. Links are followed (NixOS and NFS homes have them): the open file is
// judged. Fails if it cannot be read, is not a regular file, belongs to the caller (unless he is root), may be
// written by everybody, or, in the initial user namespace, by one of the caller's groups. An absent file is
// no failure. Never blocks on a FIFO or device.
template <class Take>
[[nodiscard]] Result<FileState> ForEachLine(const char* path, const Uid& caller, Take take);

// The parts of ForEachLine that are the same for every `take`.
[[nodiscard]] Result<UniqueFd> OpenConfigFile(const char* path, const Uid& caller);  // not open if absent
[[nodiscard]] Result<bool> ReadChunk(const char* path, const UniqueFd& file,
                                     LineSplitter& lines);  // false at the end

}  // namespace uidmap

#include "core/attributes.h"

namespace uidmap {

template <class Take>
Result<FileState> ForEachLine(const char* path, const Uid& caller, Take take) {
  const UniqueFd file = TRY(OpenConfigFile(path, caller));
  if (!file.is_open()) return FileState::kAbsent;
  UIDMAP_UNINITIALIZED LineSplitter lines;
  std::string_view line;
  while (TRY(ReadChunk(path, file, lines))) {
    while (lines.Next(line)) TRY(take(line));
  }
  if (!lines.Rest().empty()) TRY(take(lines.Rest()));
  return FileState::kRead;
}

}  // namespace uidmap
