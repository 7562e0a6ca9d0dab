// SPDX-License-Identifier: BSD-3-Clause
// A file of /etc that says who may do what: opened as the caller, judged as it is open, read in chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/grants.h"
#include "core/ids.h"
#include "core/lines.h"
#include "core/result.h"
#include "system/unique_fd.h"

namespace uidmap {

enum class Reading : std::uint8_t { kGoOn, kEnough };

// Calls `take(block)` for every block of whole lines (lines.h) of the file at `path`, in order, until `take` fails or
// has enough; `take` returns a Result<Reading>. The first block is empty: it is there before anything is read, so
// that a file whose contents do not matter is judged all the same, and not read. Links are followed (NixOS and NFS
// homes have them): the open file is judged. Fails if it cannot be read, is not a regular file, belongs to the caller
// (unless he is root), may be written by everybody, or, in the initial user namespace, by the caller. An absent file
// has no blocks. Never blocks on a FIFO or device.
template <class Take>
[[nodiscard]] Result<SourceState> ForEachBlock(const char* path, Uid caller, Take take);

// The same, line by line and to the end, for small files, with a `take` that returns a Result<void>; lines that are
// too long to count are left out.
template <class Take>
[[nodiscard]] Result<SourceState> ForEachLine(const char* path, Uid caller, Take take);

// The parts of ForEachBlock that are the same for every `take`.
struct ConfigFile {
  UniqueFd fd;
  SourceState state = SourceState::kAbsent;
};
[[nodiscard]] Result<ConfigFile> OpenConfigFile(const char* path, Uid caller);
[[nodiscard]] Result<std::size_t> ReadChunk(const char* path, const UniqueFd& file, LineBlocks& lines);
[[nodiscard]] LineBlocks& EmptyLineBlocks();  // always the same: one file is read at a time

template <class Take>
Result<SourceState> ForEachBlock(const char* path, Uid caller, Take take) {
  const ConfigFile file = TRY(OpenConfigFile(path, caller));
  if (file.state == SourceState::kAbsent) return file.state;
  LineBlocks& lines = EmptyLineBlocks();
  bool at_end = false;
  while (TRY(take(lines.Block())) == Reading::kGoOn && !at_end) at_end = TRY(ReadChunk(path, file.fd, lines)) == 0;
  return file.state;
}

template <class Take>
Result<SourceState> ForEachLine(const char* path, Uid caller, Take take) {
  return ForEachBlock(path, caller, [&](std::string_view block) -> Result<Reading> {
    std::string_view line;
    while (TakeLine(block, line)) TRY(take(line));
    return Reading::kGoOn;
  });
}

}  // namespace uidmap
