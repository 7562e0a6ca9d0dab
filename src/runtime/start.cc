// SPDX-License-Identifier: BSD-3-Clause
// From exec to main() in a static PIE without libc: nothing of it looks at the environment, allocates memory or asks
// the processor what it is. This file is compiled without stack protection, whose canary is set here.
#include <elf.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "runtime/kernel_call.h"
// By its name in the object, since compilers mangle a main() that is nothing special to a freestanding file.
int Main(int argc, char** argv) asm("main");

// By the linker: the program's own header, which is where it was loaded, and the list of what it has to relocate.
// Hidden, so that their places are known before that is done.
extern "C" __attribute__((visibility("hidden"))) const Elf64_Ehdr __ehdr_start;
extern "C" __attribute__((visibility("hidden"))) const Elf64_Dyn _DYNAMIC[];

extern "C" {
char** environ;

// The end of a function that finds its canary overwritten.
[[noreturn]] void __stack_chk_fail() { _exit(1); }

// The canary is written before ProtectRelocated(), and among what that protects.
#define UIDMAP_RELOCATED __attribute__((section(".data.rel.ro"), used))
#if defined(__x86_64__)
// What %fs points to: the ABI wants its own address first, and the canary at 40.
UIDMAP_RELOCATED static struct {
  void* self;
  std::uintptr_t unused[4];
  std::uintptr_t canary;
} thread;
#else
UIDMAP_RELOCATED std::uintptr_t __stack_chk_guard;
#endif
}

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kRelative = R_X86_64_RELATIVE;
#elif defined(__aarch64__)
constexpr std::uint32_t kRelative = R_AARCH64_RELATIVE;
#else
constexpr std::uint32_t kRelative = R_RISCV_RELATIVE;
#endif

std::uintptr_t Base() { return reinterpret_cast<std::uintptr_t>(&__ehdr_start); }

template <class T>
T* At(std::uintptr_t offset) {
  return reinterpret_cast<T*>(Base() + offset);
}

// 0 if there is no such entry.
std::uintptr_t DynamicEntry(Elf64_Sxword tag) {
  for (const Elf64_Dyn* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == tag) return entry->d_un.d_val;
  }
  return 0;
}

// Pointers with an entry each. There is no other kind than "add where it was loaded" in a program without symbols,
// but for entries that the linker has left empty.
void RelocateListed() {
  const auto* entry = At<const Elf64_Rela>(DynamicEntry(DT_RELA));
  const Elf64_Rela* const end = entry + DynamicEntry(DT_RELASZ) / sizeof *entry;
  for (; entry != end; ++entry) {
    if (ELF64_R_TYPE(entry->r_info) == 0) continue;
    if (ELF64_R_TYPE(entry->r_info) != kRelative) _exit(1);
    *At<std::uintptr_t>(entry->r_offset) = Base() + static_cast<std::uintptr_t>(entry->r_addend);
  }
}

// Pointers that are packed (gABI, SHT_RELR): an even word is the place of one, an odd word is a bit for each of the
// 63 words that follow the last place.
void RelocatePacked() {
  const auto* entry = At<const std::uintptr_t>(DynamicEntry(DT_RELR));
  const std::uintptr_t* const end = entry + DynamicEntry(DT_RELRSZ) / sizeof *entry;
  std::uintptr_t* place = nullptr;
  for (; entry != end; ++entry) {
    if ((*entry & 1) == 0) {
      place = At<std::uintptr_t>(*entry);
      *place++ += Base();
      continue;
    }
    constexpr int kPlaces = 63;
    for (int i = 0; i < kPlaces; ++i) {
      if ((*entry >> (i + 1) & 1) != 0) place[i] += Base();
    }
    place += kPlaces;
  }
}

// What the kernel tells a program when it is started (getauxval(3)).
std::uintptr_t Told(const Elf64_auxv_t* entry, std::uintptr_t type) {
  while (entry->a_type != type) {
    if (entry->a_type == AT_NULL) _exit(1);
    ++entry;
  }
  return entry->a_un.a_val;
}

// What only relocation had to write is read-only from then on.
void ProtectRelocated(std::uintptr_t page_size) {
  const auto* const headers = At<const Elf64_Phdr>(__ehdr_start.e_phoff);
  for (int i = 0; i < __ehdr_start.e_phnum; ++i) {
    if (headers[i].p_type != PT_GNU_RELRO) continue;
    const std::uintptr_t begin = (Base() + headers[i].p_vaddr) & -page_size;
    const std::uintptr_t end = (Base() + headers[i].p_vaddr + headers[i].p_memsz) & -page_size;
    const long size = static_cast<long>(end - begin);
    if (uidmap::KernelCall(SYS_mprotect, static_cast<long>(begin), size, PROT_READ) != 0) _exit(1);
  }
}

// One byte of it is 0, so that no string brings it along.
std::uintptr_t CanaryOf(const unsigned char* random_bytes) {
  std::uintptr_t canary = 0;
  for (std::size_t i = 1; i < sizeof canary; ++i) canary = (canary | random_bytes[i]) << 8;
  return canary;
}

void SetCanary(std::uintptr_t canary) {
#if defined(__x86_64__)
  constexpr long kSetFs = 0x1002;  // arch_prctl(2), ARCH_SET_FS and ARCH_GET_FS
  constexpr long kGetFs = 0x1003;
  thread.self = &thread;
  thread.canary = canary;
  const long wanted = reinterpret_cast<long>(&thread);
  long found = 0;
  if (uidmap::KernelCall(SYS_arch_prctl, kSetFs, wanted) != 0) _exit(1);
  if (uidmap::KernelCall(SYS_arch_prctl, kGetFs, reinterpret_cast<long>(&found)) != 0 || found != wanted) _exit(1);
#else
  __stack_chk_guard = canary;
#endif
}

}  // namespace

// `stack` is what exec left there: argc, argv, a null, the environment, a null, the auxiliary vector.
extern "C" __attribute__((visibility("hidden"), noreturn, used)) void uidmap_start(std::uintptr_t* stack) {
  const int argc = static_cast<int>(stack[0]);
  char** const argv = reinterpret_cast<char**>(stack + 1);
  char** const environment = argv + argc + 1;
  char** environment_end = environment;
  while (*environment_end != nullptr) ++environment_end;
  const auto* const told = reinterpret_cast<const Elf64_auxv_t*>(environment_end + 1);

  RelocateListed();
  RelocatePacked();
  SetCanary(CanaryOf(reinterpret_cast<const unsigned char*>(Told(told, AT_RANDOM))));
  ProtectRelocated(Told(told, AT_PAGESZ));
  environ = environment;
  _exit(Main(argc, argv));
}

#define UIDMAP_START_BEGINS \
  ".pushsection .text._start, \"ax\", %progbits\n.globl _start\n.type _start, %function\n_start:\n"
#define UIDMAP_START_ENDS "\n.size _start, . - _start\n.popsection\n"
#if defined(__x86_64__)
asm(UIDMAP_START_BEGINS R"(
  endbr64
  xorl %ebp, %ebp
  movq %rsp, %rdi
  andq $-16, %rsp
  call uidmap_start
  hlt
)" UIDMAP_START_ENDS);
#elif defined(__aarch64__)
asm(UIDMAP_START_BEGINS R"(
  mov x29, #0
  mov x30, #0
  mov x0, sp
  b uidmap_start
)" UIDMAP_START_ENDS);
#else
asm(UIDMAP_START_BEGINS R"(
.option push
.option norelax
  lla gp, __global_pointer$
.option pop
  mv a0, sp
  andi sp, sp, -16
  tail uidmap_start
)" UIDMAP_START_ENDS);
#endif
