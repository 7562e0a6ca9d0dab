// SPDX-License-Identifier: BSD-3-Clause
// Cuts a file that arrives in chunks into blocks of whole lines, in constant memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace uidmap {

// subuid(5), as in shadow: a longer line counts for nothing, and its neighbours do not notice.
inline constexpr std::size_t kLongestLine = 1023;

// Use: read into Space(), tell Filled() how much came, look at Block(); again until nothing came.
class LineBlocks {
 public:
  // As new.
  void Clear() {
    begin_ = whole_end_ = end_ = 0;
    inside_long_line_ = false;
  }

  // Where the next chunk goes; never empty. Ends the validity of Block().
  [[nodiscard]] std::span<char> Space() {
    KeepUnfinishedLine();
    return std::span(buffer_).subspan(end_, kBufferSize - kEndingNewline - end_);
  }

  // `size` bytes came; 0 is the end of the file, which ends an unfinished last line.
  void Filled(std::size_t size) {
    end_ += size;
    if (size == 0 && end_ > whole_end_) buffer_[end_++] = '\n';
    const auto* const last = static_cast<const char*>(memrchr(buffer_.data(), '\n', end_));
    whole_end_ = static_cast<std::size_t>(last - buffer_.data()) + 1;
    if (whole_end_ > kLeadingNewline && inside_long_line_) ForgetLongLine();
  }

  // A newline, then whole lines, each with its newline: every line stands between two newlines. Lines that are too
  // long to count may be among them (TakeLine and KeySearch pass over them).
  [[nodiscard]] std::string_view Block() const { return {buffer_.data() + begin_, whole_end_ - begin_}; }

 private:
  // Holds the usual file at once and keeps system calls few for large ones; only pages that are filled cost.
  static constexpr std::size_t kBufferSize = std::size_t{32} * 1024;
  static constexpr std::size_t kLeadingNewline = 1;
  static constexpr std::size_t kEndingNewline = 1;

  // Moves the bytes after the last newline behind the leading one. More than a line may have are forgotten.
  void KeepUnfinishedLine() {
    std::size_t rest = end_ - whole_end_;
    if (rest > kLongestLine) inside_long_line_ = true;
    if (inside_long_line_) rest = 0;
    std::memmove(buffer_.data() + kLeadingNewline, buffer_.data() + whole_end_, rest);
    buffer_[0] = '\n';
    begin_ = 0;
    whole_end_ = kLeadingNewline;
    end_ = kLeadingNewline + rest;
  }

  // The first newline of the chunk ends a line of which the beginning was forgotten: the block starts with it.
  void ForgetLongLine() {
    const void* const first = std::memchr(buffer_.data() + kLeadingNewline, '\n', whole_end_ - kLeadingNewline);
    begin_ = static_cast<std::size_t>(static_cast<const char*>(first) - buffer_.data());
    inside_long_line_ = false;
  }

  std::array<char, kBufferSize> buffer_{};  // only bytes that were filled are ever read
  std::size_t begin_ = 0;                   // of the block
  std::size_t whole_end_ = 0;               // of the block; between 0 and the first Space() there is none
  std::size_t end_ = 0;                     // of what was filled
  bool inside_long_line_ = false;
};

// Takes the next line that is not too long to count off the front of `block`, without its newlines, and leaves the
// block that follows. False if there is none.
[[nodiscard]] inline bool TakeLine(std::string_view& block, std::string_view& line) {
  while (block.size() > 1) {
    const auto end = block.find('\n', 1);
    line = block.substr(1, end - 1);
    block.remove_prefix(end);
    if (line.size() <= kLongestLine) return true;
  }
  return false;
}

}  // namespace uidmap
