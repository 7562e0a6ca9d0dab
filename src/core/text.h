// SPDX-License-Identifier: BSD-3-Clause
// Text of bounded length, built without allocation: the map, the messages.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uidmap {

// Holds at most kCapacity bytes. What does not fit is dropped, and overflowed() says so for ever after.
template <std::size_t kCapacity>
class BoundedText {
 public:
  void Append(std::string_view text) {
    for (const char byte : text) AppendByte(byte);
  }

  void AppendByte(char byte) {
    if (size_ == kCapacity) {
      overflowed_ = true;
      return;
    }
    bytes_[size_++] = byte;
  }

  void AppendDecimal(std::uint64_t number) {
    std::array<char, 20> digits;  // 2^64 - 1 has 20
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    Append({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }

  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  std::array<char, kCapacity> bytes_{};  // only the first size_ are ever read
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace uidmap
