// SPDX-License-Identifier: BSD-3-Clause
// A subid plugin that grants 700000 to 765535 to everybody.
#include <stdbool.h>
#include <stddef.h>

enum { kFirst = 700000, kBehindLast = 765536 };

int shadow_subid_has_range(const char* owner, unsigned long start, unsigned long count, int type, bool* result) {
  (void)owner;
  (void)type;
  *result = start >= kFirst && start + count <= kBehindLast;
  return 0;
}

struct Range {
  unsigned long start, count;
};

int shadow_subid_list_owner_ranges(const char* owner, int type, struct Range** ranges, int* count) {
  static struct Range range = {kFirst, kBehindLast - kFirst};
  (void)owner;
  (void)type;
  *ranges = &range;
  *count = 1;
  return 0;
}

int shadow_subid_find_subid_owners(void) { return 3; }  // is never called, but must be there
