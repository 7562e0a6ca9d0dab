// SPDX-License-Identifier: BSD-3-Clause
// The system calls that are left to this program from before it reads argv, as a classic BPF program for seccomp(2).
//
// A list of what is allowed, not of what is forbidden: the program is static and calls no foreign code, so the list
// is short and closed (tests/privileged pins what a run calls), and it also denies what future kernels will offer.
// The price of a call that was forgotten is a refusal, never a hole.
#pragma once

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/nsfs.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace uidmap {

// seccomp(2): numbers mean other calls in other ABIs, so the ABI is judged first. Numbers of x32 carry a bit of their
// own under the native ABI's name, and are simply not in the list.
#if defined(__x86_64__) && !defined(__ILP32__)
inline constexpr std::uint32_t kNativeAbi = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__) && !defined(__ILP32__) && !defined(__AARCH64EB__)
inline constexpr std::uint32_t kNativeAbi = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
inline constexpr std::uint32_t kNativeAbi = AUDIT_ARCH_RISCV64;
#else
#error "no system call filter has been checked for this processor"
#endif

// Each exists under this name on every processor above. Any path and flags may be opened: openat2(2) has its flags
// in memory, where no filter can read them, and the caller's file permissions are all that an open has.
inline constexpr std::uint32_t kAllowedCalls[] = {
    SYS_read,          SYS_pread64,      SYS_write,                    // configuration, setgroups, map, messages
    SYS_close,         SYS_openat,       SYS_openat2,                  // the same
    SYS_newfstatat,    SYS_fstat,        SYS_statx,      SYS_fstatfs,  // whose is it, and of which file system
    SYS_faccessat2,    SYS_readlinkat,   // may the caller write it; own path, for a message
    SYS_dup,           SYS_close_range,  // inherited descriptors
    SYS_capget,        SYS_capset,       // raising the capability, and giving it up
    SYS_sendto,        SYS_recvfrom,     SYS_ppoll,      SYS_waitid,  // uidmap-lookup
    SYS_clock_gettime,                                                // its time limit, where the vDSO cannot tell
    SYS_getpid,        SYS_rt_sigreturn, SYS_exit_group,              // handlers of faults, and the end
};

// ioctl(2) does anything, but with this it only tells of a namespace (ioctl_ns(2)).
inline constexpr std::uint32_t kAllowedRequests[] = {NS_GET_PARENT};

// A call that this filter alone answers like this: a filter of the caller's may answer success to seccomp(2) in place
// of the kernel, and reading the seccomp mode back says only that there is some filter.
inline constexpr std::uint32_t kProbeOption = 0x7569646dU;  // to prctl(2), which is not allowed otherwise
inline constexpr std::uint32_t kProbeAnswer = 2971;         // an errno that the kernel does not use

constexpr auto MakeFilterProgram() {
  constexpr std::size_t kSize = std::size(kAllowedCalls) + std::size(kAllowedRequests) + 13;
  constexpr std::size_t kAllow = kSize - 1;
  constexpr std::size_t kDeny = kSize - 2;
  static_assert(kSize <= 255, "a jump is one byte");
  constexpr std::size_t kFirstArgument = offsetof(seccomp_data, args);  // its low half: all processors above are
  constexpr std::size_t kSecondArgument = kFirstArgument + 8;           // little-endian

  std::array<sock_filter, kSize> program{};
  std::size_t at = 0;
  const auto load = [&](std::uint16_t code, std::size_t what) {
    program[at++] = {.code = code, .jt = 0, .jf = 0, .k = static_cast<std::uint32_t>(what)};
  };
  const auto answer = [&](std::uint32_t action) {
    program[at++] = {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = action};
  };
  // Goes to the instruction `if_so` where the loaded word is `value`, to `if_not` otherwise.
  const auto branch = [&](std::uint32_t value, std::size_t if_so, std::size_t if_not) {
    program[at] = {.code = BPF_JMP | BPF_JEQ | BPF_K,
                   .jt = static_cast<std::uint8_t>(if_so - at - 1),
                   .jf = static_cast<std::uint8_t>(if_not - at - 1),
                   .k = value};
    ++at;
  };
  constexpr std::uint16_t kField = BPF_LD | BPF_W | BPF_ABS;

  // Of no effect, and not understood by the kernel's search for calls that need no filter (seccomp_is_const_allow()),
  // which runs the program for every number of a call when it is installed: that takes longer than it could save.
  load(BPF_LDX | BPF_W | BPF_IMM, 0);
  load(kField, offsetof(seccomp_data, arch));
  branch(kNativeAbi, at + 1, kDeny);
  load(kField, offsetof(seccomp_data, nr));
  for (const std::uint32_t call : kAllowedCalls) branch(call, kAllow, at + 1);

  branch(SYS_ioctl, at + 1, at + 3 + std::size(kAllowedRequests));
  load(kField, kSecondArgument);
  for (const std::uint32_t request : kAllowedRequests) branch(request, kAllow, at + 1);
  answer(SECCOMP_RET_ERRNO | EPERM);

  branch(SYS_prctl, at + 1, kDeny);
  load(kField, kFirstArgument);
  branch(kProbeOption, at + 1, kDeny);
  answer(SECCOMP_RET_ERRNO | kProbeAnswer);
  answer(SECCOMP_RET_ERRNO | EPERM);
  answer(SECCOMP_RET_ALLOW);
  return program;
}

inline constexpr auto kFilterProgram = MakeFilterProgram();

}  // namespace uidmap
