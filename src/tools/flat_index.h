// SPDX-License-Identifier: BSD-3-Clause
// Finding one of a million entries of a vector by what it holds, without memory for each of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace uidmap {

[[nodiscard]] inline std::size_t HashOf(std::string_view text) { return std::hash<std::string_view>()(text); }

// Neighbouring ids, which are usual, shall not lie side by side (Knuth's multiplicative hashing).
[[nodiscard]] inline std::size_t HashOf(std::uint32_t id) { return (std::uint64_t{id} * 0x9e3779b97f4a7c15U) >> 32; }

// A hash table of numbers: places in a vector that its user has. Hashes are well spread over their lower bits.
class FlatIndex {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  // A number that was added with `hash` and that `matches`, or kNone.
  template <class Matches>
  [[nodiscard]] std::uint32_t Find(std::size_t hash, Matches matches) const {
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.number == kNone) return kNone;
      if (slot.hash == static_cast<std::uint32_t>(hash) && matches(slot.number)) return slot.number;
    }
  }

  void Add(std::size_t hash, std::uint32_t number) {
    if (++size_ * 2 > slots_.size()) Grow();
    Put({static_cast<std::uint32_t>(hash), number});
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;  // as much of it as any table here needs
    std::uint32_t number = kNone;
  };

  void Put(Slot slot) {
    std::size_t i = slot.hash & mask_;
    while (slots_[i].number != kNone) i = (i + 1) & mask_;
    slots_[i] = slot;
  }

  void Grow() {
    const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(4 * slots_.size()));
    mask_ = slots_.size() - 1;
    for (const Slot& slot : before) {
      if (slot.number != kNone) Put(slot);
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);
  std::size_t mask_ = 63;
  std::size_t size_ = 0;
};

}  // namespace uidmap
