# SPDX-License-Identifier: BSD-3-Clause
"""Many namespaces at once, and every map as it was asked for."""

import contextlib

from processes import ALICE, BOB, DIGITS, Target, User
from support import Result, grant, start_tool

CAROL = User("carol", 5011, 5111)
USERS = (ALICE, BOB, DIGITS, CAROL)
SLICE = 1000


def map_at_once(kind, requests):
    """Runs the tool for a fresh target of each (user, extents), all at the same time."""
    with contextlib.ExitStack() as stack:
        targets = [stack.enter_context(Target(user)) for user, _ in requests]
        runs = [start_tool(kind, target, *extents, user=user)
                for target, (user, extents) in zip(targets, requests)]
        results = []
        for run in runs:
            out, err = run.communicate(timeout=60)
            results.append(Result(run.returncode, out.decode(), err.decode()))
        assert set(results) == {Result(0, "", "")}
        assert [target.map(kind) for target in targets] == [sorted(extents) for _, extents in requests]


def test_slices_of_one_user(kind):
    """Every namespace has an own piece of what is granted, and the user's own id, which is in all of them."""
    grant(kind, "alice:100000:100000")
    map_at_once(kind, [(ALICE, ((0, kind.own(ALICE), 1), (1, 100000 + i * SLICE, SLICE))) for i in range(100)])


def test_one_range_many_times(kind):
    """Nothing is used up: the same ids can be in any number of namespaces."""
    grant(kind, "alice:100000:65536")
    map_at_once(kind, [(ALICE, ((0, 100000, 65536),))] * 50)


def test_a_thousand_of_several_users(kind):
    """Four users, each with ranges, numbers and own ids of his own; twice a thousand, with both tools."""
    grant(kind, "alice:1000000:250000", "bob:2000000:250000", f"{DIGITS.uid}:3000000:250000",
          "carol:4000000:250000")
    with open("/etc/passwd", "a") as file:
        file.write(f"{CAROL.name}:x:{CAROL.uid}:{CAROL.gid}::/:/bin/sh\n")
    for batch in range(0, 250, 10):
        map_at_once(kind, [(user, ((0, kind.own(user), 1), (1, (n + 1) * 1000000 + i * SLICE, SLICE)))
                           for i in range(batch, batch + 10) for n, user in enumerate(USERS)])
