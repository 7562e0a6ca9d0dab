// SPDX-License-Identifier: BSD-3-Clause
// What is put on record of a run, and how the system log reads it. One "key=value" each, values without blanks; no
// input can add a field, a line, or a byte that acts on a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/caller.h"
#include "core/decision.h"
#include "core/failure.h"
#include "core/grants.h"
#include "core/map_kind.h"
#include "core/request.h"
#include "core/text.h"

namespace uidmap {

// The name of a source of grants: "files", a plugin's, or "own" for a map of nothing but the caller's own id.
using SourceName = SubidServices::Name;
[[nodiscard]] SourceName SourceOf(const Grants& granted, const Result<ApprovedMap>& decided);

// A run as far as it was known when it ended, or when the map was about to be written.
struct RunFacts {
  CallerIds caller{.uid = {kNoId}, .gid = {kNoId}};
  Request request{};
  BoundedText<255> account{};           // the first name of the caller's account; empty if he has none
  std::uint32_t target_process = 0;     // 0: not known
  SourceName source{};                  // where grants were looked for; empty: nowhere
  const char* writable_file = nullptr;  // a file that was believed although the caller could write it
};

void PutAccount(const Caller& caller, RunFacts& facts);

// RFC 3164: no longer than every log daemon takes whole.
using LogLine = BoundedText<1024>;

// The message for /dev/log, with the priority (authpriv.info for a map that is about to be written, authpriv.warning
// for a refusal) and the program's name with `own_process`. `refusal` is null for the former. No time: the log daemon
// has a clock, and libc would have to read the time zone's file.
[[nodiscard]] LogLine RenderLogLine(const MapKindRow& row, const RunFacts& facts, int own_process,
                                    const Failure* refusal);

// Appends "inside:outside:count", with commas between, as far as they fit into `room` bytes. Returns how many did.
template <std::size_t kSize>
std::size_t AppendExtents(BoundedText<kSize>& text, std::span<const Extent> extents, std::size_t room) {
  std::size_t taken = 0;
  for (const Extent& extent : extents) {
    BoundedText<34> one;  // three numbers of ten digits, two colons, one comma
    if (taken != 0) one.AppendByte(',');
    one.AppendDecimal(extent.inside.value);
    one.AppendByte(':');
    one.AppendDecimal(extent.outside.value);
    one.AppendByte(':');
    one.AppendDecimal(extent.count);
    if (one.view().size() > room) break;
    room -= one.view().size();
    text.Append(one.view());
    ++taken;
  }
  return taken;
}

}  // namespace uidmap
