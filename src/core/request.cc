// SPDX-License-Identifier: BSD-3-Clause
#include "core/request.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

#include "core/decimal.h"

namespace uidmap {
namespace {

using Arguments = std::span<const char* const>;

std::optional<TargetName> ParseTarget(std::string_view text) {
  constexpr std::string_view kDescriptorPrefix = "fd:";
  constexpr std::uint64_t kLargest = std::numeric_limits<int>::max();
  const bool is_descriptor = text.starts_with(kDescriptorPrefix);
  const auto number = ParseDecimal(is_descriptor ? text.substr(kDescriptorPrefix.size()) : text, kLargest);
  if (!number || (!is_descriptor && *number == 0)) return std::nullopt;
  return TargetName{is_descriptor ? TargetName::Form::kDescriptor : TargetName::Form::kProcessId,
                    static_cast<int>(*number)};
}

// `position` is the argument's index in argv, as users count: 1 is the target.
Result<std::uint32_t> ParseId(Arguments arguments, std::size_t position) {
  const std::string_view text = arguments[position - 1];
  Reason reason = Reason::kNotDecimal;
  if (IsPlainDecimal(text)) {
    if (const auto value = ParseDecimal(text, kLargestId)) return static_cast<std::uint32_t>(*value);
    reason = Reason::kIdTooLarge;
  }
  Failure failure = FailureOf(reason, text);
  failure.numbers[0] = position;
  return failure;
}

// A count may be one larger than the largest id: all ids from 0.
Result<std::uint32_t> ParseCount(Arguments arguments, std::size_t position) {
  if (const auto value = ParseDecimal(arguments[position - 1], kNoId)) return static_cast<std::uint32_t>(*value);
  return ParseId(arguments, position);
}

// `triple` counts from 1.
Result<Extent> ParseExtent(Arguments arguments, std::size_t triple) {
  const std::size_t position = triple * 3 - 1;
  const std::uint32_t inside = TRY(ParseId(arguments, position));
  const std::uint32_t outside = TRY(ParseId(arguments, position + 1));
  const std::uint32_t count = TRY(ParseCount(arguments, position + 2));
  if (count == 0) return Failure{.reason = Reason::kZeroCount, .numbers = {triple}};
  if (count > kNoId - inside || count > kNoId - outside) {
    return Failure{.reason = Reason::kTooManyIds, .numbers = {triple, inside, outside, count}};
  }
  return Extent{.inside = {inside}, .outside = {outside}, .count = count};
}

Result<ExtentList> ParseExtents(Arguments arguments) {
  const std::size_t numbers = arguments.size() - 1;
  const std::size_t triples = numbers / 3;
  if (numbers % 3 != 0) {
    return Failure{.reason = Reason::kIncompleteTriple, .numbers = {triples + 1, numbers}};
  }
  if (triples > kMaxExtents) return Failure{.reason = Reason::kTooManyExtents, .numbers = {triples}};
  ExtentList extents;
  for (std::size_t triple = 1; triple <= triples; ++triple) extents.Append(TRY(ParseExtent(arguments, triple)));
  TRY(CheckOverlaps(extents.view()));
  return extents;
}

}  // namespace

Result<Request> ParseRequest(Arguments arguments) {
  if (arguments.empty()) return Failure{.reason = Reason::kNoArguments};
  const std::string_view first = arguments.front();
  if (arguments.size() == 1 && first == "--help") return Request{.action = Action::kShowHelp};
  if (arguments.size() == 1 && first == "--version") return Request{.action = Action::kShowVersion};

  const auto target = ParseTarget(first);
  if (!target) return FailureOf(Reason::kBadTarget, first);
  return Request{.target = *target, .extents = TRY(ParseExtents(arguments))};
}

}  // namespace uidmap
