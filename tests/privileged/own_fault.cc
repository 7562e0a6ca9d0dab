// SPDX-License-Identifier: BSD-3-Clause
#include "own_fault.h"

#include <signal.h>
#include <stdlib.h>

#include <cstdint>
#include <optional>

namespace uidmap_test {
namespace {

// The compiler must not see through any of these.
volatile std::uintptr_t address_of_nothing = 8;
volatile int opaque_zero = 0;

void WildWrite() { *reinterpret_cast<volatile int*>(address_of_nothing) = 1; }

__attribute__((noinline)) int UseUpStack(volatile char* caller) {
  volatile char frame[4096];
  frame[0] = *caller;
  return opaque_zero == 0 ? UseUpStack(frame) + frame[0] : 0;
}

void OverflowStack() {
  volatile char start = 0;
  UseUpStack(&start);
}

// The stack protector finds it when the function returns.
__attribute__((noinline)) void SmashStack() {
  volatile char buffer[16];
  volatile char* volatile end = buffer;
  for (int i = 0; i < 256; ++i) end[i] = 'x';
}

void ReadAbsentValue() {
  std::optional<int> absent;
  if (opaque_zero != 0) absent = 1;
  opaque_zero = *absent;
}

struct Fault {
  std::string_view name;
  void (*commit)();
};

constexpr Fault kFaults[] = {
    {"wild-write", WildWrite},           {"stack-overflow", OverflowStack}, {"stack-smash", SmashStack},
    {"trap", [] { __builtin_trap(); }},  {"abort", [] { abort(); }},        {"assertion", ReadAbsentValue},
    {"SIGSEGV", [] { raise(SIGSEGV); }}, {"SIGBUS", [] { raise(SIGBUS); }}, {"SIGILL", [] { raise(SIGILL); }},
    {"SIGFPE", [] { raise(SIGFPE); }},   {"SIGSYS", [] { raise(SIGSYS); }}, {"SIGTRAP", [] { raise(SIGTRAP); }},
    {"SIGABRT", [] { raise(SIGABRT); }},
};

}  // namespace

bool CommitFault(std::string_view name) {
  for (const Fault& fault : kFaults) {
    if (fault.name != name) continue;
    fault.commit();
    return true;
  }
  return false;
}

}  // namespace uidmap_test
