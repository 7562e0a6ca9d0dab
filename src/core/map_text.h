// SPDX-License-Identifier: BSD-3-Clause
// The text that the kernel reads: rendered from checked numbers, never copied from argv, because the
// kernel cuts numbers to 32 bits and would install another map than the one that was judged (CVE-2016-6252).
#pragma once

#include <cstddef>
#include <span>

#include "core/ids.h"
#include "core/result.h"
#include "core/text.h"

namespace uidmap {

// kernel: map_write() takes less than one page; 4,096 bytes is the smallest page Linux has.
inline constexpr std::size_t kMapTextLimit = 4095;

using MapText = BoundedText<kMapTextLimit>;

// One line "inside outside count" for each extent. Fails with kMapTextTooLong.
[[nodiscard]] Result<MapText> RenderMap(std::span<const Extent> extents);

}  // namespace uidmap
