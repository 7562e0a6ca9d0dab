// SPDX-License-Identifier: BSD-3-Clause
// The filter program as it comes out for one processor, with the numbers that system calls have there.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

namespace uidmap_test {

struct ForbiddenCall {
  std::string_view name;
  std::optional<std::uint32_t> number;  // none if the processor, or these headers, do not have it
};

struct FilterUnderTest {
  const char* processor;
  std::uint32_t abi;
  std::span<const sock_filter> program;
  std::span<const std::uint32_t> allowed;
  std::uint32_t prctl;
  std::uint32_t ioctl;
  std::vector<ForbiddenCall> forbidden;
};

inline void PrintTo(const FilterUnderTest& filter, std::ostream* out) { *out << filter.processor; }

// Those of all processors that this program was built for. filter_of_processor.h adds to it before main.
std::vector<FilterUnderTest>& FiltersUnderTest();

}  // namespace uidmap_test
