// SPDX-License-Identifier: BSD-3-Clause
// What the contracts of core/cover.h are for, in words of its own: each function here is proved from those contracts
// alone, so that a contract that has become weaker, or another one, is noticed.
#include "core/cover.h"

/*@ predicate granted(struct cover_range* grants, integer size, integer id) =
      \exists integer i; 0 <= i < size && grants[i].first <= id <= grants[i].last;
*/

/*@ requires \valid_read(grants + (0 .. size - 1));
    requires \forall integer i; 0 <= i < size ==> grants[i].first <= grants[i].last;
    requires \forall integer i, j; 0 <= i <= j < size ==> grants[i].first <= grants[j].first;
    requires wanted.first <= wanted.last;
    assigns \nothing;
    ensures \result ==> \forall integer id; wanted.first <= id <= wanted.last ==> granted(grants, size, id);
    ensures !\result ==> \exists integer id; wanted.first <= id <= wanted.last && !granted(grants, size, id);
*/
bool no_more_than_granted(const struct cover_range* grants, size_t size, struct cover_range wanted) {
  /*@ assert \forall integer id; granted(grants, size, id) <==> one_has(grants, size, id); */
  return cover_holds(grants, size, wanted);
}

// Where the pieces take `id`, an outside id of `whole`, as one finds out who reads them from the first on; UINT32_MAX if
// `whole` cannot be split.
/*@ requires \valid_read(parent + (0 .. size - 1));
    requires \forall integer i; 0 <= i < size ==> parent[i].first <= parent[i].last;
    requires \valid(pieces + (0 .. room - 1)) && \separated(pieces + (0 .. room - 1), parent + (0 .. size - 1));
    requires 1 <= whole.count;
    requires whole.inside + whole.count <= UINT32_MAX && whole.outside + whole.count <= UINT32_MAX;
    requires whole.outside <= id < whole.outside + whole.count;
    assigns pieces[0 .. room - 1];
    ensures \result == UINT32_MAX || \result == whole.inside + (id - whole.outside);
*/
uint32_t exactly_as_asked(const struct cover_range* parent, size_t size, struct cover_extent whole,
                          struct cover_extent* pieces, size_t room, uint32_t id) {
  struct cover_extent rest = whole;
  size_t used = 0;
  if (!cover_split(parent, size, &rest, pieces, room, &used)) return UINT32_MAX;
  size_t k = 0;
  /*@ loop invariant 0 <= k < used && pieces[k].outside <= id;
      loop assigns k;
      loop variant used - k; */
  while (pieces[k].outside + (pieces[k].count - 1) < id) ++k;
  return pieces[k].inside + (id - pieces[k].outside);
}
