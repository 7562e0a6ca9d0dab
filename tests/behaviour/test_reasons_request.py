# SPDX-License-Identifier: BSD-3-Clause
"""Refusals because of what was asked for, which end the run before anything else is looked at."""

import pytest

from processes import Target
from reasons import expect, produces

pytestmark = pytest.mark.usefixtures("granted")


@produces("kNoArguments")
def test_no_arguments(kind):
    """The usage, and nothing else."""
    expect(kind, (), kind.usage)


@produces("kBadTarget")
def test_bad_target(kind):
    """Neither a pid nor a descriptor."""
    expect(kind, ("0x1\n", 0, 100000, 1), kind.usage,
           r'the target "0x1\x0a" is neither a process id (1 to 2147483647, plain decimal) nor fd:N')


EINVAL = "Invalid argument"
OVERFLOW = "{}: subuid overflow detected."
# The words behind the target, the first line after the tool's name or all of it, the reason, and the hint.
REQUESTS = {
    "kIncompleteTriple": ((1, 2, 3, 4), "{}: ranges: 2 is wrong for argc: 4", "after the target come triples of inside "
                          "id, outside id and count; 4 numbers are no whole triples", None),
    "kNotDecimal": ((1, "0x10", 1), None, 'argument 3, "0x10", is not a plain decimal number (no sign, blank, leading '
                    "zero, hexadecimal or octal)", None),
    "kIdTooLarge": ((1, 1, 4294967296), OVERFLOW, 'argument 4, "4294967296", is too large: the largest id is '
                    "4294967294", None),
    "kZeroCount": ((1, 100000, 1, 5, 100001, 0), OVERFLOW, "triple 2 has a count of 0, it would map nothing", None),
    "kTooManyIds": ((7, 4294967290, 6), OVERFLOW, "triple 1 goes past id 4294967294: 7 or 4294967290 plus a count of 6 "
                    "is more than 4294967295", None),
    "kTooManyExtents": (tuple(word for i in range(341) for word in (i, 100000 + i, 1)), EINVAL,
                        "341 triples; the kernel takes at most 340 in one map", "join neighbouring ranges"),
    "kInsideOverlap": ((0, 100000, 10, 5, 100010, 10), EINVAL, "triples 1 and 2 both map inside {i} 5",
                       "give every inside id once"),
    "kOutsideOverlap": ((0, 100000, 10, 10, 100009, 10), EINVAL, "triples 1 and 2 both use outside {i} 100009",
                        "give every outside id once"),
    "kMapTextTooLong": (sum(((10000 + i, 100000 + 2 * i, 1) for i in range(274)), ()), EINVAL,
                        "the map would be 4110 bytes of text; the kernel takes at most 4095",
                        "join neighbouring ranges"),
}


@produces(*REQUESTS)
@pytest.mark.parametrize("name", REQUESTS)
def test_request(kind, name):
    """Words that make no map."""
    words, first, reason, hint = REQUESTS[name]
    line = {None: kind.usage, EINVAL: kind.failed_write(EINVAL)}.get(first) or first.format(kind.tool)
    with Target() as target:
        expect(kind, (target, words), line, reason.replace("{i}", kind.name), hint, unchanged=[target])
