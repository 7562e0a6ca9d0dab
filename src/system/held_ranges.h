// SPDX-License-Identifier: BSD-3-Clause
// For a refusal: what the caller could have asked for.
#pragma once

#include "core/caller.h"
#include "core/failure.h"
#include "core/map_kind.h"

namespace uidmap {

// `refusal` with the ranges that the row's file does grant to `caller`, where it is about a range that the file does
// not grant: the one nearest to the first missing id, and how many there are besides. Reads the whole file, which
// costs nobody but who is refused.
[[nodiscard]] Failure NameHeldRanges(const MapKindRow& row, const Caller& caller, Failure refusal);

}  // namespace uidmap
