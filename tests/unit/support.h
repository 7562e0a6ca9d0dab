// SPDX-License-Identifier: BSD-3-Clause
// What many tests need to say shortly what they mean and to be readable when they fail.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string_view>

#include "core/caller.h"
#include "core/extents.h"
#include "core/failure.h"
#include "core/id_ranges.h"
#include "core/result.h"

// In the global namespace, where cover_range is.
inline bool operator==(const cover_range& a, const cover_range& b) { return a.first == b.first && a.last == b.last; }
inline void PrintTo(const cover_range& range, std::ostream* out) { *out << range.first << "-" << range.last; }

namespace uidmap {

inline void PrintTo(Reason reason, std::ostream* out) {
  *out << "reason " << static_cast<int>(reason) << " (" << LogWord(reason) << ")";
}

// The failure in `result`, one with kNone if there is a value.
template <class T>
Failure FailureIn(const Result<T>& result) {
  return result.has_value() ? Failure{} : result.error();
}

template <class T>
Reason ReasonOf(const Result<T>& result) {
  return FailureIn(result).reason;
}

using Numbers = decltype(Failure::numbers);

constexpr Extent MakeExtent(std::uint32_t inside, std::uint32_t outside, std::uint32_t count) {
  return {.inside = {inside}, .outside = {outside}, .count = count};
}

inline bool operator==(const Extent& a, const Extent& b) {
  return a.inside == b.inside && a.outside == b.outside && a.count == b.count;
}
inline void PrintTo(const Extent& extent, std::ostream* out) {
  *out << extent.inside.value << " " << extent.outside.value << " " << extent.count;
}

// An account with `names`, the first of which is its own. Without names it is a uid that passwd does not know.
inline Caller MakeCaller(std::uint32_t uid, std::uint32_t gid, std::initializer_list<std::string_view> names) {
  Caller caller;
  caller.uid = Uid{uid};
  caller.gid = Gid{gid};
  if (names.size() > 0) caller.primary_group = Gid{gid};
  for (const std::string_view name : names) EXPECT_TRUE(caller.names.Add(name));
  return caller;
}

// Texts that are no plain decimal number, most of which strtoul(3) and thereby shadow would take for one.
inline constexpr std::string_view kNotPlainDecimal[] = {
    "",
    " ",
    "-",
    "+",
    "-0",
    "-1",
    "+1",
    " 1",
    "1 ",
    "\t1",
    "1\n",
    "01",
    "00",
    "010",
    "0x",
    "0x10",
    "0X10",
    "0b1",
    "1e3",
    "1.0",
    "1,0",
    "1_0",
    "1'0",
    "1a",
    "a",
    "1:",
    "/1",
    "1;1",
    "\xb2",
    "１",
    "-18446744073709551615",
    std::string_view("1\0", 2),
    std::string_view("\0", 1),
};

}  // namespace uidmap
