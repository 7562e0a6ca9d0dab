// SPDX-License-Identifier: BSD-3-Clause
// The processor's way into the kernel (syscall(2), "Architecture calling conventions").
#pragma once

namespace uidmap {

// Returns what the kernel answers: from -4095 to -1 a negated errno, anything else is success. Arguments that the
// call does not take are ignored.
#if defined(__riscv_vector) || defined(__ARM_FEATURE_SVE)
#error "the kernel does not keep these registers over a call (kernel: arch/riscv/vector.rst, arch/arm64/sve.rst)"
#elif defined(__x86_64__) && !defined(__ILP32__)
inline long KernelCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  register long fourth asm("r10") = d;
  register long fifth asm("r8") = e;
  register long sixth asm("r9") = f;
  asm volatile("syscall"
               : "+a"(number)
               : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
               : "rcx", "r11", "memory");
  return number;
}
#elif defined(__aarch64__)
inline long KernelCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  register long call asm("x8") = number;
  register long first asm("x0") = a;
  register long second asm("x1") = b;
  register long third asm("x2") = c;
  register long fourth asm("x3") = d;
  register long fifth asm("x4") = e;
  register long sixth asm("x5") = f;
  asm volatile("svc 0"
               : "+r"(first)
               : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
               : "memory", "cc");
  return first;
}
#elif defined(__riscv) && __riscv_xlen == 64
inline long KernelCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  register long call asm("a7") = number;
  register long first asm("a0") = a;
  register long second asm("a1") = b;
  register long third asm("a2") = c;
  register long fourth asm("a3") = d;
  register long fifth asm("a4") = e;
  register long sixth asm("a5") = f;
  asm volatile("ecall"
               : "+r"(first)
               : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
               : "memory");
  return first;
}
#else
#error "how this processor calls the kernel has not been written down; -Dlink=dynamic has libc do it"
#endif

}  // namespace uidmap
