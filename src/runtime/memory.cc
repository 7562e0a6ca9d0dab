// SPDX-License-Identifier: BSD-3-Clause
// What compilers and <string_view> take from libc's <string.h>. Plain loops, in words where that is easy: what the
// pair read is short, and what is long they search by themselves (core/key_search.h). Compiled so that no loop is
// taken for a call of itself.
#include <cstddef>
#include <cstdint>

namespace {

using Word = std::uint64_t;

// At any address, and of any type. A memcpy of eight bytes may be compiled to a call of itself.
struct __attribute__((packed, may_alias)) Unaligned {
  Word word;
};

Word Load(const unsigned char* from) { return reinterpret_cast<const Unaligned*>(from)->word; }

void Store(unsigned char* to, Word word) { reinterpret_cast<Unaligned*>(to)->word = word; }

void CopyForwards(unsigned char* to, const unsigned char* from, std::size_t size) {
  for (; size >= sizeof(Word); size -= sizeof(Word), to += sizeof(Word), from += sizeof(Word)) Store(to, Load(from));
  for (; size > 0; --size) *to++ = *from++;
}

void CopyBackwards(unsigned char* to, const unsigned char* from, std::size_t size) {
  for (; size >= sizeof(Word); size -= sizeof(Word)) {
    Store(to + size - sizeof(Word), Load(from + size - sizeof(Word)));
  }
  for (; size > 0; --size) to[size - 1] = from[size - 1];
}

}  // namespace

extern "C" {

void* memcpy(void* to, const void* from, std::size_t size) {
  CopyForwards(static_cast<unsigned char*>(to), static_cast<const unsigned char*>(from), size);
  return to;
}

// Forwards is right unless `to` begins inside of what is read.
void* memmove(void* to, const void* from, std::size_t size) {
  auto* const target = static_cast<unsigned char*>(to);
  const auto* const source = static_cast<const unsigned char*>(from);
  const auto distance = reinterpret_cast<std::uintptr_t>(target) - reinterpret_cast<std::uintptr_t>(source);
  distance >= size ? CopyForwards(target, source, size) : CopyBackwards(target, source, size);
  return to;
}

void* memset(void* to, int value, std::size_t size) {
  auto* at = static_cast<unsigned char*>(to);
  const auto byte = static_cast<unsigned char>(value);
  constexpr Word kEveryByte = 0x0101010101010101;
  for (; size >= sizeof(Word); size -= sizeof(Word), at += sizeof(Word)) Store(at, kEveryByte * byte);
  for (; size > 0; --size) *at++ = byte;
  return to;
}

int memcmp(const void* left, const void* right, std::size_t size) {
  const auto* a = static_cast<const unsigned char*>(left);
  const auto* b = static_cast<const unsigned char*>(right);
  for (; size > 0; --size, ++a, ++b) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

// What clang makes of a comparison that asks for no order.
int bcmp(const void* left, const void* right, std::size_t size) { return memcmp(left, right, size); }

void* memchr(const void* where, int value, std::size_t size) {
  const auto* at = static_cast<const unsigned char*>(where);
  for (; size > 0; --size, ++at) {
    if (*at == static_cast<unsigned char>(value)) return const_cast<unsigned char*>(at);
  }
  return nullptr;
}

void* memrchr(const void* where, int value, std::size_t size) {
  const auto* const begin = static_cast<const unsigned char*>(where);
  for (; size > 0; --size) {
    if (begin[size - 1] == static_cast<unsigned char>(value)) return const_cast<unsigned char*>(begin + size - 1);
  }
  return nullptr;
}

std::size_t strlen(const char* text) {
  std::size_t size = 0;
  while (text[size] != '\0') ++size;
  return size;
}

}  // extern "C"
