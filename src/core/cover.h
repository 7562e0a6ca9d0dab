/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The functions that carry the promises "no more than granted" and "exactly the map that was asked for", in the
 * common subset of C99 and C++20 and over one id type. Their contracts are in ACSL, and Frama-C proves for every
 * input that they hold (tests/proof); that the proved meaning is the right one is checked exhaustively at 8 bits.
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

/* `count` ids, from `inside` and from `outside` on; each is translated to the one at the same place. */
struct cover_extent {
  cover_id inside;
  cover_id outside;
  cover_id count;
};

/*@ predicate are_ranges(struct cover_range* ranges, integer size) =
      \valid_read(ranges + (0 .. size - 1)) &&
      \forall integer i; 0 <= i < size ==> ranges[i].first <= ranges[i].last;
    predicate are_ordered(struct cover_range* ranges, integer size) =
      \forall integer i, j; 0 <= i <= j < size ==> ranges[i].first <= ranges[j].first;
    predicate one_has(struct cover_range* ranges, integer size, integer id) =
      \exists integer i; 0 <= i < size && ranges[i].first <= id <= ranges[i].last;
*/

/* True if and only if every id from wanted.first to wanted.last lies in one of `ranges`.
 * `ranges` holds `size` ranges ordered by first. wanted.first <= wanted.last. */
/*@ requires are_ranges(ranges, size) && are_ordered(ranges, size);
    requires wanted.first <= wanted.last;
    assigns \nothing;
    ensures \result <==> \forall integer id; wanted.first <= id <= wanted.last ==> one_has(ranges, size, id);
*/
static inline bool cover_holds(const struct cover_range* ranges, size_t size, struct cover_range wanted) {
  cover_id next = wanted.first; /* all of wanted below next is covered */
  /*@ loop invariant 0 <= i <= size && wanted.first <= next <= wanted.last;
      loop invariant \forall integer id; wanted.first <= id < next ==> one_has(ranges, i, id);
      loop invariant \forall integer k; 0 <= k < i ==> ranges[k].last < next;
      loop assigns i, next;
      loop variant size - i; */
  for (size_t i = 0; i < size; i++) {
    /*@ assert \forall integer id; one_has(ranges, i, id) ==> one_has(ranges, i + 1, id); */
    if (ranges[i].last < next) continue;
    if (ranges[i].first > next) {
      /*@ assert \forall integer k; i <= k < size ==> ranges[k].first > next; */
      /*@ assert !one_has(ranges, size, next); */
      return false;
    }
    /*@ assert \forall integer id; next <= id <= ranges[i].last ==> one_has(ranges, i + 1, id); */
    /*@ assert \forall integer id; one_has(ranges, i + 1, id) ==> one_has(ranges, size, id); */
    if (ranges[i].last >= wanted.last) return true;
    next = ranges[i].last;
    ++next; /* cannot wrap: ranges[i].last < wanted.last */
  }
  /*@ assert !one_has(ranges, size, next); */
  return false;
}

/* The place in `ranges`, which holds `size` ranges in any order, of the first that has `id`; `size` if none has it.
 */
/*@ requires are_ranges(ranges, size);
    assigns \nothing;
    ensures \result <= size;
    ensures \result < size ==> ranges[\result].first <= id <= ranges[\result].last;
    ensures \result == size ==> !one_has(ranges, size, id);
*/
static inline size_t cover_find(const struct cover_range* ranges, size_t size, cover_id id) {
  /*@ loop invariant 0 <= i <= size && !one_has(ranges, i, id);
      loop assigns i;
      loop variant size - i; */
  for (size_t i = 0; i < size; i++) {
    if (ranges[i].first <= id && id <= ranges[i].last) return i;
  }
  return size;
}

/*@ predicate is_extent(struct cover_extent extent) =
      1 <= extent.count && extent.inside + extent.count <= UINT32_MAX && extent.outside + extent.count <= UINT32_MAX;
    predicate lies_in_one(struct cover_range* ranges, integer size, integer first, integer count) =
      \exists integer i; 0 <= i < size && ranges[i].first <= first && first + count - 1 <= ranges[i].last;
*/

/* Cuts *rest where the ranges end. True if all of it lies in `ranges` and `room` pieces are enough: the *used pieces
 * translate every id of *rest as it does, none else and none twice, each lies in one of the ranges, and rest->count
 * is 0. Otherwise *rest is what is left: *used is `room`, or rest->outside lies in no range. rest->count >= 1, and no
 * id of *rest is the largest of its type. `ranges` holds `size` ranges in any order. */
/*@ requires are_ranges(ranges, size);
    requires \valid(rest) && is_extent(*rest) && \valid(used) && \valid(pieces + (0 .. room - 1));
    requires \separated(rest, used, pieces + (0 .. room - 1), ranges + (0 .. size - 1));
    assigns *rest, *used, pieces[0 .. room - 1];
    ensures \result <==> rest->count == 0;
    ensures 0 <= *used <= room;
    ensures \forall integer k; 0 <= k < *used ==> pieces[k].count >= 1 &&
              pieces[k].inside - \old(rest->inside) == pieces[k].outside - \old(rest->outside);
    ensures \forall integer k; 0 <= k < *used ==>
              lies_in_one{Pre}(ranges, size, pieces[k].outside, pieces[k].count);
    ensures *used == 0 ==> rest->outside == \old(rest->outside);
    ensures *used > 0 ==> pieces[0].outside == \old(rest->outside) &&
              pieces[*used - 1].outside + pieces[*used - 1].count == rest->outside;
    ensures \forall integer k; 0 < k < *used ==> pieces[k].outside == pieces[k - 1].outside + pieces[k - 1].count;
    ensures rest->inside - \old(rest->inside) == rest->outside - \old(rest->outside);
    ensures rest->outside + rest->count == \old(rest->outside + rest->count);
    ensures !\result ==> *used == room || !one_has(ranges, size, rest->outside);
*/
static inline bool cover_split(const struct cover_range* ranges, size_t size, struct cover_extent* rest,
                               struct cover_extent* pieces, size_t room, size_t* used) {
  struct cover_extent left = *rest;
  size_t cut = 0;
  /*@ loop invariant 0 <= cut <= room && (left.count == 0 || is_extent(left));
      loop invariant \forall integer k; 0 <= k < cut ==> pieces[k].count >= 1 &&
        pieces[k].inside - \at(rest->inside, Pre) == pieces[k].outside - \at(rest->outside, Pre);
      loop invariant \forall integer k; 0 <= k < cut ==>
        lies_in_one{Pre}(ranges, size, pieces[k].outside, pieces[k].count);
      loop invariant cut == 0 ==> left.outside == \at(rest->outside, Pre);
      loop invariant cut > 0 ==> pieces[0].outside == \at(rest->outside, Pre);
      loop invariant cut > 0 ==> pieces[cut - 1].outside + pieces[cut - 1].count == left.outside;
      loop invariant \forall integer k; 0 < k < cut ==>
        pieces[k].outside == pieces[k - 1].outside + pieces[k - 1].count;
      loop invariant left.inside - \at(rest->inside, Pre) == left.outside - \at(rest->outside, Pre);
      loop invariant left.outside + left.count == \at(rest->outside + rest->count, Pre);
      loop assigns left, cut, pieces[0 .. room - 1];
      loop variant left.count; */
  while (left.count > 0 && cut < room) {
    const size_t place = cover_find(ranges, size, left.outside);
    if (place == size) break;
    cover_id count = ranges[place].last;
    count -= left.outside; /* less by one, lest it wrap */
    if (count < left.count) {
      ++count;
    } else {
      count = left.count;
    }
    /*@ assert lies_in_one{Pre}(ranges, size, left.outside, count); */
    pieces[cut].inside = left.inside;
    pieces[cut].outside = left.outside;
    pieces[cut].count = count;
    /*@ assert \forall integer k; 0 <= k < cut ==> pieces[k].outside == \at(pieces[k].outside, LoopCurrent) &&
          pieces[k].count == \at(pieces[k].count, LoopCurrent); */
    ++cut;
    left.inside += count;
    left.outside += count;
    left.count -= count;
  }
  *rest = left;
  *used = cut;
  return left.count == 0;
}

#endif
