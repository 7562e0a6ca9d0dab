/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The functions that carry the promises "no more than granted" and "exactly the map that was asked for", in the
 * common subset of C99 and C++20 and over one id type, so that they can be checked exhaustively at 8 bits and read as
 * they are by tools for C. Ranges are closed: {first, last} holds first, last and all between; none is empty.
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

/* True if wanted.first lies in one of `ranges`, no two of which share an id; *last is then the last id of `wanted`
 * that lies in that range with all before it: wanted.first <= *last <= wanted.last. Otherwise *last stays as it is.
 * `ranges` holds `size` ranges in any order. wanted.first <= wanted.last. */
static inline bool cover_piece(const struct cover_range* ranges, size_t size, struct cover_range wanted,
                               cover_id* last) {
  for (size_t i = 0; i < size; i++) {
    if (wanted.first < ranges[i].first || ranges[i].last < wanted.first) continue;
    *last = ranges[i].last < wanted.last ? ranges[i].last : wanted.last;
    return true;
  }
  return false;
}

#endif
