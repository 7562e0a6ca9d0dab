// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace uidmap {

using CapabilityMask = std::uint64_t;  // bit N is capability N of capabilities(7)

[[nodiscard]] constexpr CapabilityMask MaskOf(unsigned capability) { return CapabilityMask{1} << capability; }

}  // namespace uidmap
