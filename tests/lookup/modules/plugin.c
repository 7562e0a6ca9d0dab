// SPDX-License-Identifier: BSD-3-Clause
// A subid plugin: acts as ordered and answers with the status of the macro STATUS. RESULT is what it says of ranges
// from 700000 to 765535, and kUnset that it says nothing. OMIT_* leaves a function out.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"

enum { kUnset = -1, kFirst = 700000, kBehindLast = 765536 };

#ifndef STATUS
#define STATUS (int)OrderedNumber("plugin", 1)
#define RESULT (int)OrderedNumber("plugin", 2)
#endif

#ifndef OMIT_HAS_RANGE
int shadow_subid_has_range(const char* owner, unsigned long start, unsigned long count, int type, bool* result) {
  Note("asked", "%s %lu %lu %d", owner, start, count, type);
  Act("plugin");
  const unsigned char said = (unsigned char)(start >= kFirst && start + count <= kBehindLast ? RESULT : 0);
  if (RESULT != kUnset) memcpy(result, &said, 1);
  return STATUS;
}
#endif

struct Range {
  unsigned long start, count;
};

// Lists what the orders say: in the first line how many ranges it claims to list, in each further one a range. None
// of these is no list at all.
#ifndef OMIT_LIST
int shadow_subid_list_owner_ranges(const char* owner, int type, struct Range** ranges, int* count) {
  Note("listed", "%s %d", owner, type);
  Act("plugin");
  *count = (int)OrderedNumber("list", 0);
  *ranges = NULL;
  for (int i = 0; *Ordered("list", i + 1) != '\0'; ++i) {
    *ranges = realloc(*ranges, (size_t)(i + 1) * sizeof **ranges);
    if (*ranges == NULL) abort();
    sscanf(Ordered("list", i + 1), "%lu %lu", &(*ranges)[i].start, &(*ranges)[i].count);
  }
  return STATUS;
}
#endif
#ifndef OMIT_FIND
int shadow_subid_find_subid_owners(void) { return 3; }  // is never called, but must be there
#endif
#ifndef OMIT_FREE
void shadow_subid_free(void* pointer) { free(pointer); }
#endif
