// SPDX-License-Identifier: BSD-3-Clause
// Finding the few lines of a large file that matter without looking at each of the others.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace uidmap {

// Takes a block of whole lines (lines.h) apart, but only the lines that hold a key: a field that begins right behind
// the byte `lead` (a newline, for the first field of a line, or a colon) and ends right before a colon.
class KeySearch {
 public:
  // Most callers have two spellings in /etc/subuid, and looking for both at once takes two thirds of the time of
  // looking twice.
  static constexpr std::size_t kMostKeys = 2;

  // All views must live as long as the search. There are one to kMostKeys keys, and none is empty.
  KeySearch(std::string_view block, char lead, std::span<const std::string_view> keys);

  // Sets `line` to the next line that holds a key and is not too long to count, without its newlines. False at the
  // end of the block. A line is found once, however often it holds keys.
  [[nodiscard]] bool Next(std::string_view& line);

 private:
  [[nodiscard]] bool KeyStandsBehind(std::size_t place) const;
  [[nodiscard]] std::size_t PassOverStrides(std::size_t place) const;
  [[nodiscard]] std::size_t FindPlace() const;

  std::string_view block_;
  char lead_;
  std::span<const std::string_view> keys_;
  std::size_t from_ = 0;
};

}  // namespace uidmap
