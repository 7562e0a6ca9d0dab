// SPDX-License-Identifier: BSD-3-Clause
// A naive reading of argv.
#pragma once

#include "core/request.h"
#include "naive.h"

namespace fuzz::naive {

struct Extent {
  Number inside, outside, count;
  bool operator==(const Extent&) const = default;
};

struct Request {
  uidmap::Reason reason = uidmap::Reason::kNone;
  uidmap::Action action = uidmap::Action::kWriteMap;
  bool is_descriptor = false;
  Number target = 0;
  std::vector<Extent> extents;
};

inline bool Meet(Number first_a, Number count_a, Number first_b, Number count_b) {
  return first_a < first_b + count_b && first_b < first_a + count_a;
}

// The reason to refuse the triple that begins at `at`, if there is one.
inline uidmap::Reason TakeTriple(const std::vector<std::string>& arguments, std::size_t at, Request& request) {
  Number numbers[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = Plain(arguments[at + i], i == 2 ? kNoId : kNoId - 1);
    const bool is_number = IsDigits(arguments[at + i]) && (arguments[at + i][0] != '0' || arguments[at + i] == "0");
    if (!number) return is_number ? uidmap::Reason::kIdTooLarge : uidmap::Reason::kNotDecimal;
    numbers[i] = *number;
  }
  const auto [inside, outside, count] = numbers;
  if (count == 0) return uidmap::Reason::kZeroCount;
  if (inside + count > kNoId || outside + count > kNoId) return uidmap::Reason::kTooManyIds;
  request.extents.push_back({inside, outside, count});
  return uidmap::Reason::kNone;
}

// The first extent that meets one before it, and the first of those.
inline uidmap::Reason Collision(const std::vector<Extent>& extents) {
  for (std::size_t b = 0; b < extents.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      if (Meet(extents[a].inside, extents[a].count, extents[b].inside, extents[b].count)) {
        return uidmap::Reason::kInsideOverlap;
      }
      if (Meet(extents[a].outside, extents[a].count, extents[b].outside, extents[b].count)) {
        return uidmap::Reason::kOutsideOverlap;
      }
    }
  }
  return uidmap::Reason::kNone;
}

inline Request RequestOf(const std::vector<std::string>& arguments) {
  Request request;
  const auto refused = [&](uidmap::Reason reason) {
    request.reason = reason;
    return request;
  };
  if (arguments.empty()) return refused(uidmap::Reason::kNoArguments);
  if (arguments.size() == 1 && arguments[0] == "--help") request.action = uidmap::Action::kShowHelp;
  if (arguments.size() == 1 && arguments[0] == "--version") request.action = uidmap::Action::kShowVersion;
  if (request.action != uidmap::Action::kWriteMap) return request;
  request.is_descriptor = arguments[0].starts_with("fd:");
  const auto target = Plain(arguments[0].substr(request.is_descriptor ? 3 : 0), 2147483647);
  if (!target || (*target == 0 && !request.is_descriptor)) return refused(uidmap::Reason::kBadTarget);
  request.target = *target;
  if (arguments.size() % 3 != 1) return refused(uidmap::Reason::kIncompleteTriple);
  if (arguments.size() > 1 + 3 * 340) return refused(uidmap::Reason::kTooManyExtents);
  for (std::size_t at = 1; at < arguments.size(); at += 3) {
    request.reason = TakeTriple(arguments, at, request);
    if (request.reason != uidmap::Reason::kNone) return request;
  }
  return refused(Collision(request.extents));
}

inline std::vector<Extent> Plainly(std::span<const uidmap::Extent> extents) {
  std::vector<Extent> plain;
  for (const uidmap::Extent& extent : extents) {
    plain.push_back({extent.inside.value, extent.outside.value, extent.count});
  }
  return plain;
}

// Arguments as exec gives them: they end where a zero is.
inline std::vector<const char*> Argv(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return argv;
}

inline std::vector<std::string> ArgumentsOf(Input& input) {
  std::vector<std::string> arguments = input.Lines();
  for (std::string& argument : arguments) {
    std::replace(argument.begin(), argument.end(), '\3', '\n');
    argument = argument.c_str();
  }
  return arguments;
}

}  // namespace fuzz::naive
