// SPDX-License-Identifier: BSD-3-Clause
// Finding the few lines of a large file that matter without looking at each of the others.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace uidmap {

// Takes blocks of whole lines (lines.h) apart, but only the lines that hold one of some keys: a field that begins
// right behind the byte `lead` (a newline, for the first field of a line, or a colon) and ends right before a colon.
class KeySearch {
 public:
  // All views must live as long as the search. No key is empty.
  KeySearch(std::string_view block, char lead, std::span<const std::string_view> keys)
      : block_(block), lead_(lead), keys_(keys) {}

  // Sets `line` to the next line that holds a key and is not too long to count, without its newlines. False at the
  // end of the block. A line is found once, however often it holds a key.
  [[nodiscard]] bool Next(std::string_view& line);

 private:
  [[nodiscard]] bool KeyStandsAt(std::size_t place) const;
  [[nodiscard]] bool StrideMayHoldKey(std::size_t place) const;
  [[nodiscard]] std::size_t FindPlace() const;

  std::string_view block_;
  char lead_;
  std::span<const std::string_view> keys_;
  std::size_t from_ = 0;
};

}  // namespace uidmap
