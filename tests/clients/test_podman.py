# SPDX-License-Identifier: BSD-3-Clause
"""Podman, as an ordinary user runs it."""

from matrix import client

WHOLE_MAP = [["0", "1000", "1"], ["1", "100000", "65536"], ["65537", "200000", "65536"]]


def lines_of(text):
    return [line.split() for line in text.splitlines()]


@client("Podman", "unshare", "podman")
def test_unshare(alice):
    """The namespace has alice's own id and all that she is granted."""
    outcome = alice.run("podman", "unshare", "cat", "/proc/self/uid_map", "/proc/self/gid_map").succeeded()
    assert lines_of(outcome.stdout) == WHOLE_MAP * 2
