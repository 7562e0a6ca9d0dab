// SPDX-License-Identifier: BSD-3-Clause
// What newuidmap, newgidmap and the tools ask uidmap-lookup, and what it answers: one message of fixed size each,
// over a socket that keeps messages apart. The questions are trusted by nobody's leave: uidmap-lookup has no rights
// that they could turn against anybody. The answers are input from a process that runs foreign code, and are judged
// here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/extents.h"
#include "core/grants.h"
#include "core/id_ranges.h"
#include "core/ids.h"
#include "core/map_kind.h"
#include "core/nsswitch_file.h"
#include "core/result.h"

namespace uidmap {

enum class LookupQuestion : std::uint32_t {
  kAccount = 1,  // which account has the uid of the process, in libc's name services?
  kPolicy,       // does the PAM account policy of the program admit `name`?
  kRanges,       // which of `ranges` does the plugin `service` grant to `name`?
  kOwnerRanges,  // which ranges does the plugin `service` list for `name`, whoever asks?
};

enum class LookupOutcome : std::uint32_t {
  kYes = 1,      // an account; admitted; the service knows the user
  kUnknown,      // no service has the account; the service does not know the user
  kRefused,      // by the policy
  kUnavailable,  // the source could not be asked, or failed
  kUnfit,        // the program itself, or a plugin, is not as it must be
};

inline constexpr std::size_t kLongestAccountName = 255;

struct LookupQuery {
  LookupQuestion question;
  MapKind kind;
  std::array<std::uint8_t, 3> unused;
  std::uint32_t range_count;
  std::array<char, SubidServices::kLongestName + 2> service;  // these two end with a zero
  std::array<char, kLongestAccountName + 1> name;
  std::array<IdRange, kMaxExtents> ranges;
};

struct LookupAnswer {
  LookupQuestion question;  // which is answered
  LookupOutcome outcome;
  std::int32_t detail;  // errno, PAM's return value, or the plugin's status
  std::uint32_t uid;    // kAccount
  std::uint32_t gid;
  std::array<char, kLongestAccountName + 1> name;
  std::array<char, 120> text;                     // a reason in words, if there is one; ends with a zero
  std::array<std::uint8_t, kMaxExtents> granted;  // kRanges: 1 for each range that is, 0 otherwise
  std::uint32_t listed_count;                     // kOwnerRanges
  std::array<IdRange, kMaxExtents> listed;
};

// No byte of memory goes over the socket that nobody set.
static_assert(std::has_unique_object_representations_v<LookupQuery>);
static_assert(std::has_unique_object_representations_v<LookupAnswer>);

[[nodiscard]] LookupQuery AskForAccount(MapKind kind);
// `name` is at most kLongestAccountName bytes here and below; a longer one asks for an empty name.
[[nodiscard]] LookupQuery AskForPolicy(MapKind kind, std::string_view name);
[[nodiscard]] LookupQuery AskForRanges(MapKind kind, std::string_view name, std::string_view service,
                                       std::span<const Extent> extents);
[[nodiscard]] LookupQuery AskForOwnerRanges(MapKind kind, std::string_view name, std::string_view service);

// An account that may be believed: its uid is the caller's, its name is one that passwd(5) could have and that would
// not be mistaken for something else in subuid(5). None if no service has one.
struct NamedAccount {
  std::string_view name;  // in the answer
  Gid primary_group;
};
[[nodiscard]] Result<std::optional<NamedAccount>> ReadAccount(const LookupAnswer& answer, Uid caller);

[[nodiscard]] Result<void> ReadPolicy(const LookupAnswer& answer);

// Adds what is granted to `granted`.
[[nodiscard]] Result<Knowledge> ReadRanges(const LookupAnswer& answer, const LookupQuery& query, IdRanges& granted);

// What the service lists for the user, in its order; of `answer`, which must live longer. None if it does not know
// him.
using ListedRanges = std::span<const IdRange>;
[[nodiscard]] Result<std::optional<ListedRanges>> ReadOwnerRanges(const LookupAnswer& answer,
                                                                  const LookupQuery& query);

}  // namespace uidmap
