// SPDX-License-Identifier: BSD-3-Clause
// Splits a file that arrives in chunks into lines, in constant memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace uidmap {

// subuid(5), as in shadow: a longer line counts for nothing, and its neighbours do not notice.
inline constexpr std::size_t kLongestLine = 1023;

// Use: read into Space(), call Filled(), take lines from Next() until it has none; at the end of the file
// take the last line, which may lack its newline, from Rest().
class LineSplitter {
 public:
  // Where the next chunk goes; never empty after Next() has returned false.
  [[nodiscard]] std::span<char> Space() { return std::span(buffer_).subspan(end_); }

  void Filled(std::size_t size) { end_ += size; }

  // Sets `line` to the next whole line without its newline, valid until the next call of Next().
  [[nodiscard]] bool Next(std::string_view& line) {
    while (true) {
      const char* const start = buffer_.data() + begin_;
      const void* const newline = std::memchr(start, '\n', end_ - begin_);
      if (newline == nullptr) {
        KeepUnfinishedLine();
        return false;
      }
      line = {start, static_cast<std::size_t>(static_cast<const char*>(newline) - start)};
      begin_ += line.size() + 1;
      const bool is_tail = inside_long_line_;
      inside_long_line_ = false;
      if (!is_tail && line.size() <= kLongestLine) return true;
    }
  }

  // The bytes after the last newline; empty if there are none or if they are too long to count.
  [[nodiscard]] std::string_view Rest() const {
    return inside_long_line_ ? std::string_view() : std::string_view(buffer_.data() + begin_, end_ - begin_);
  }

 private:
  // Holds the usual file at once and keeps system calls few for large ones; only pages that are filled cost.
  static constexpr std::size_t kBufferSize = std::size_t{32} * 1024;
  static_assert(kBufferSize > kLongestLine);

  // Moves the bytes after the last newline to the front. More than a line may have are forgotten at once.
  void KeepUnfinishedLine() {
    const std::size_t rest = end_ - begin_;
    if (rest > kLongestLine) inside_long_line_ = true;
    if (!inside_long_line_) std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
    begin_ = 0;
    end_ = inside_long_line_ ? 0 : rest;
  }

  std::array<char, kBufferSize> buffer_;  // only bytes that were filled are ever read
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool inside_long_line_ = false;
};

}  // namespace uidmap
