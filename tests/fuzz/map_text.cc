// SPDX-License-Identifier: BSD-3-Clause
// The text that the kernel reads gives back the extents that it was made of, and is shorter than a page; what would
// be longer is refused with its length.
#include "core/map_text.h"

#include "naive.h"
#include "request.h"

namespace {

using fuzz::naive::Extent;

std::vector<Extent> ParsedBack(std::string_view text) {
  std::vector<Extent> extents;
  for (const std::string& line : fuzz::LinesOf(text)) {
    const std::vector<std::string> numbers = fuzz::naive::Split(line, " ");
    CHECK(numbers.size() == 3);
    for (const std::string& number : numbers) CHECK(fuzz::naive::Plain(number, fuzz::naive::kNoId));
    extents.push_back({strtoull(numbers[0].c_str(), nullptr, 10), strtoull(numbers[1].c_str(), nullptr, 10),
                       strtoull(numbers[2].c_str(), nullptr, 10)});
  }
  return extents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::vector<uidmap::Extent> extents;
  std::size_t length = 0;
  for (std::size_t left = std::min(input.NextNumber(), 340U); left > 0; --left) {
    const std::uint32_t numbers[] = {input.NextNumber(), input.NextNumber(), input.NextNumber()};
    for (const std::uint32_t number : numbers) length += std::to_string(number).size() + 1;
    extents.push_back({.inside = {numbers[0]}, .outside = {numbers[1]}, .count = numbers[2]});
  }
  const auto text = uidmap::RenderMap(extents);
  CHECK(text.has_value() == (length <= 4095));
  if (!text.has_value()) {
    CHECK(text.error().reason == uidmap::Reason::kMapTextTooLong && text.error().numbers[0] == length);
    fuzz::CheckMessage(uidmap::kMapKinds[0], text.error());
    return 0;
  }
  CHECK((*text).view().size() == length && !(*text).overflowed());
  CHECK(extents.empty() || (*text).view().ends_with('\n'));
  CHECK(ParsedBack((*text).view()) == fuzz::naive::Plainly(extents));
  return 0;
}
