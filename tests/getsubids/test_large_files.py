# SPDX-License-Identifier: BSD-3-Clause
"""Many lines: all of them count, and ours is not the slower program."""

import statistics
import time

from programs import DEBIANS, OURS, ask, both_list, listing
from support import UID, grant

LINES = 100_000
ROUNDS = 5


def others():
    return [f"user{i}:{1_000_000 + i * 10}:10" for i in range(LINES)]


def seconds(program, owner):
    start = time.perf_counter()
    result = ask(program, UID, owner)
    return time.perf_counter() - start, result


def assert_not_slower(owner):
    """Medians of runs in alternation."""
    runs = [(seconds(OURS, owner), seconds(DEBIANS, owner)) for _ in range(ROUNDS)]
    assert all(ours[1].stdout == debians[1].stdout != "" for ours, debians in runs)
    ours, debians = (statistics.median(run[i][0] for run in runs) for i in (0, 1))
    assert ours <= debians, f"{ours:.4f} s against {debians:.4f} s"


def test_first_middle_and_last_line(kind):
    """Wherever the user's lines are."""
    lines = others()
    lines[LINES // 2] = "alice:2:2"
    grant(kind, "alice:1:1", *lines, "alice:3:3")
    both_list(kind, "alice", (1, 1), (2, 2), (3, 3))


def test_one_owner_of_all_lines(kind):
    """More output than any buffer has room for."""
    ranges = [(1_000_000 + i * 10, 10) for i in range(LINES)]
    grant(kind, *(f"alice:{first}:{count}" for first, count in ranges))
    assert ask(OURS, kind, "alice").stdout == ask(DEBIANS, kind, "alice").stdout == listing("alice", *ranges)


def test_time_for_one_line():
    """The last one. (With no other line the two are too close for a machine that does something else as well.)"""
    grant(UID, *others(), "alice:1:1")
    assert_not_slower("alice")


def test_time_for_all_lines():
    """All of them listed."""
    grant(UID, *(f"alice:{1_000_000 + i * 10}:10" for i in range(LINES)))
    assert_not_slower("alice")
