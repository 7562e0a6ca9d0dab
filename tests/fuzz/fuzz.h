// SPDX-License-Identifier: BSD-3-Clause
// What all targets share. An input is text: sections that end with "%%" and a newline, the first of which has the
// numbers. So seeds can be read and written by people, and the fuzzer can put them together from words.
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/failure.h"
#include "core/map_kind.h"

// What a target holds to be true of every input. Not assert(3): no option takes it away.
#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                                  \
    }                                                                           \
  } while (false)

namespace fuzz {

using Number = std::uint64_t;  // holds any id, and any sum of two

// Two bytes stand for many, so that short inputs reach the ends of lines and buffers.
inline std::string Expanded(std::string_view text) {
  std::string expanded;
  if (text.find_first_of("\1\2") == text.npos) return std::string(text);
  for (const char byte : text) {
    const bool has_room = expanded.size() < 40'000;
    if (byte == '\1' && has_room) {
      expanded.append(500, 'x');
    } else if (byte == '\2' && has_room) {
      expanded.append(33'000, 'y');
    } else {
      expanded.push_back(byte);
    }
  }
  return expanded;
}

// Each line of `text`, without its newline; behind the last newline one more begins, if there is anything.
inline std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {
    numbers_ = RawSection();
  }

  // The next number of the first section, cut to 32 bits; 0 if there are no more.
  std::uint32_t NextNumber() {
    while (!numbers_.empty() && !IsDigit(numbers_.front())) numbers_.remove_prefix(1);
    std::uint32_t number = 0;
    for (; !numbers_.empty() && IsDigit(numbers_.front()); numbers_.remove_prefix(1)) {
      number = static_cast<std::uint32_t>(Number{number} * 10 + static_cast<Number>(numbers_.front() - '0'));
    }
    return number;
  }

  std::size_t NextChunk() {
    const std::size_t chunk = NextNumber() % 40'000;
    return chunk == 0 ? std::numeric_limits<std::size_t>::max() : chunk;
  }

  std::string Section() { return Expanded(RawSection()); }
  std::vector<std::string> Lines() { return LinesOf(Section()); }

  // All that is left, byte for byte.
  std::string_view Rest() const { return rest_; }

 private:
  static bool IsDigit(char byte) { return byte >= '0' && byte <= '9'; }

  std::string_view RawSection() {
    constexpr std::string_view kEnd = "%%\n";
    const auto end = rest_.find(kEnd);
    const std::string_view section = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + kEnd.size());
    return section;
  }

  std::string_view rest_;
  std::string_view numbers_;
};

// Nothing that could move a cursor, end a line or start a field.
inline bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return byte >= 0x20 && byte <= 0x7e; });
}

// What holds of every refusal that people are shown, whatever led to it.
inline void CheckMessage(const uidmap::MapKindRow& row, const uidmap::Failure& failure) {
  const uidmap::Message message = uidmap::RenderRefusal(row, failure);
  CHECK(failure.reason != uidmap::Reason::kNone && failure.reason < uidmap::Reason::kCount);
  CHECK(!message.overflowed() && message.view().ends_with('\n'));
  const std::vector<std::string> lines = LinesOf(message.view());
  CHECK(!lines.empty() && lines.size() <= 4);
  const std::string program = std::string(row.program) + ": ";
  for (const std::string& line : lines) {
    CHECK(IsPrintable(line));
    CHECK(line.starts_with(program) || line == row.usage);
  }
}

// The bytes between the first quote and the last one of a text of ours, as they were before they were quoted.
inline std::string Unquoted(std::string_view text) {
  CHECK(text.size() >= 2 && text.front() == '"' && text.back() == '"');
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    CHECK(text[i] != '"');
    if (text[i] != '\\') {
      plain.push_back(text[i]);
      continue;
    }
    CHECK(i + 4 < text.size() && text[i + 1] == 'x');
    plain.push_back(static_cast<char>(strtoul(std::string(text.substr(i + 2, 2)).c_str(), nullptr, 16)));
    i += 3;
  }
  return plain;
}

}  // namespace fuzz
