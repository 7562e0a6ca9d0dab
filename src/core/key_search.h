// SPDX-License-Identifier: BSD-3-Clause
// Finding the few lines of a large file that matter without looking at each of the others.
#pragma once

#include <cstddef>
#include <string_view>

namespace uidmap {

// Takes a block of whole lines (lines.h) apart, but only the lines that hold a key: a field that begins right behind
// the byte `lead` (a newline, for the first field of a line, or a colon) and ends right before a colon.
class KeySearch {
 public:
  // Both views must live as long as the search. The key is not empty.
  KeySearch(std::string_view block, char lead, std::string_view key) : block_(block), lead_(lead), key_(key) {}

  // Sets `line` to the next line that holds the key and is not too long to count, without its newlines. False at the
  // end of the block. A line is found once, however often it holds the key.
  [[nodiscard]] bool Next(std::string_view& line);

 private:
  [[nodiscard]] bool KeyStandsBehind(std::size_t place) const;
  [[nodiscard]] std::size_t FindPlace() const;

  std::string_view block_;
  char lead_;
  std::string_view key_;
  std::size_t from_ = 0;
};

}  // namespace uidmap
