// SPDX-License-Identifier: BSD-3-Clause
// argv is read as the naive reader reads it, number by number, and refused for the same reason.
#include "request.h"

namespace {

using fuzz::naive::Extent;

// The overlap that is reported is one: the two extents share the id that is named.
void CheckOverlap(const uidmap::Failure& failure, const std::vector<Extent>& extents) {
  const auto [first, second, shared, d, e, f, g] = failure.numbers;
  CHECK(1 <= first && first < second && second <= extents.size());
  for (const Extent& extent : {extents[first - 1], extents[second - 1]}) {
    const bool is_inside = failure.reason == uidmap::Reason::kInsideOverlap;
    const fuzz::Number begin = is_inside ? extent.inside : extent.outside;
    CHECK(begin <= shared && shared < begin + extent.count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  const std::vector<std::string> arguments = fuzz::naive::ArgumentsOf(input);
  const std::vector<const char*> argv = fuzz::naive::Argv(arguments);
  const fuzz::naive::Request expected = fuzz::naive::RequestOf(arguments);
  const auto request = uidmap::ParseRequest(argv);

  CHECK(request.has_value() == (expected.reason == uidmap::Reason::kNone));
  if (!request.has_value()) {
    CHECK(request.error().reason == expected.reason);
    fuzz::CheckMessage(row, request.error());
    const bool is_overlap =
        expected.reason == uidmap::Reason::kInsideOverlap || expected.reason == uidmap::Reason::kOutsideOverlap;
    if (is_overlap) CheckOverlap(request.error(), expected.extents);
    return 0;
  }
  CHECK((*request).action == expected.action);
  CHECK(fuzz::naive::Plainly((*request).extents.view()) == expected.extents);
  if (expected.action != uidmap::Action::kWriteMap) return 0;
  CHECK(((*request).target.form == uidmap::TargetName::Form::kDescriptor) == expected.is_descriptor);
  CHECK(static_cast<fuzz::Number>((*request).target.number) == expected.target);
  return 0;
}
