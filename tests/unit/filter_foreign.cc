// SPDX-License-Identifier: BSD-3-Clause
// The filter program as another processor would have it, in numbers that this one can look at: meson gives the
// processor's macro and its kernel headers. Everything else that is included must come before.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/nsfs.h>
#include <linux/seccomp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "filter_under_test.h"

#undef __x86_64__
#undef __aarch64__
#undef __riscv
#if FOREIGN_AARCH64
#define __aarch64__ 1
#define PROCESSOR "aarch64"
#define uidmap uidmap_of_aarch64  // one program must not have two different uidmap::kFilterProgram
#else
#define __riscv 1
#define __riscv_xlen 64
#define PROCESSOR "riscv64"
#define uidmap uidmap_of_riscv64
#endif
#include <sys/syscall.h>

#include "filter_of_processor.h"
