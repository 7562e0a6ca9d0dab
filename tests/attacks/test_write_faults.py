# SPDX-License-Identifier: BSD-3-Clause
"""What is said, and what has happened to setgroups, where one step of the write fails: the user is told which one it
was, with the error of that step and no other's, and of a denial that stays behind if and only if there is one."""

from errno import EACCES, EPERM

import pytest

from attacked import Targets, own, words_of
from faults import outline
from support import GID
from traced import WRITE, Trace

READ_AT, OPEN, OPEN_CAREFULLY = 17, 257, 437  # pread64, openat, openat2
NOW_DENY = "setgroups of the target is now deny"


def steps_of_the_write(calls):
    """The indices of the calls that a gid map without a grant takes, in the order in which they are made."""
    opens, reads, writes = ([i for i, call in enumerate(calls) if call in numbers]
                            for numbers in ((OPEN, OPEN_CAREFULLY), (READ_AT,), (WRITE,)))
    denial, map_write = writes
    read_back = next(i for i in reads if i > denial)
    read = max(i for i in reads if i < denial)
    return {"open setgroups": max(i for i in opens if i < read), "read setgroups": read,
            "open the map": max(i for i in opens if i < denial), "deny": denial, "read back": read_back,
            "write the map": map_write}


@pytest.mark.parametrize("step, answer, first, setgroups, told", (
    ("open setgroups", -EACCES, "couldn't open process setgroups: Permission denied", "allow", ""),
    ("read setgroups", 0, "couldn't open process setgroups: Input/output error", "allow", ""),
    ("open the map", -EACCES, "open of gid_map failed: Permission denied", "allow", ""),
    ("deny", -EPERM, "failed to setgroups deny policy: Operation not permitted", "allow", ""),
    ("deny", len("deny\n"), "failed to setgroups deny policy: Input/output error", "allow", ""),
    ("read back", 0, "failed to setgroups deny policy: Input/output error", "deny", NOW_DENY),
    ("write the map", -EPERM, "write to gid_map failed: Operation not permitted", "deny", NOW_DENY),
    ("write the map", 3, "write to gid_map failed: Input/output error", "deny", "the kernel took 3 of 9 bytes"),
))
def test_failed_step(step, answer, first, setgroups, told):
    with Targets() as targets:
        calls = outline(GID, words_of(GID, targets.get(), [own(GID)]))[1]
        index, target = steps_of_the_write(calls)[step], targets.get()
        run = Trace(GID, words_of(GID, target, [own(GID)]), at=lambda i, pid, number: answer if i == index else None)
        ended = run.to_the_end()
        assert (ended.status, target.map(GID), target.setgroups) == (1, [], setgroups), ended
        assert ended.said.splitlines()[0] == f"newgidmap: {first}"
        assert told in ended.said and (NOW_DENY in ended.said) == (setgroups == "deny"), ended
