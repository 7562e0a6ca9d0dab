/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The function that carries the promise "no more than granted", in the common subset of C99 and C++20 and over
 * one id type, so that it can be checked exhaustively at 8 bits and read as it is by tools for C.
 * Ranges are closed: {first, last} holds first, last and all between; none is empty.
 */
#ifndef UIDMAP_CORE_COVER_H
#define UIDMAP_CORE_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef COVER_ID_TYPE
typedef COVER_ID_TYPE cover_id;
#else
typedef uint32_t cover_id;
#endif

struct cover_range {
  cover_id first;
  cover_id last;
};

/* True if and only if every id from wanted.first to wanted.last lies in one of `ranges`.
 * `ranges` holds `size` ranges ordered by first. wanted.first <= wanted.last. */
static inline bool cover_holds(const struct cover_range* ranges, size_t size, struct cover_range wanted) {
  cover_id next = wanted.first; /* all of wanted below next is covered */
  for (size_t i = 0; i < size; i++) {
    if (ranges[i].last < next) continue;
    if (ranges[i].first > next) return false;
    if (ranges[i].last >= wanted.last) return true;
    next = ranges[i].last;
    ++next; /* cannot wrap: ranges[i].last < wanted.last */
  }
  return false;
}

#endif
