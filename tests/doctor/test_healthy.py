# SPDX-License-Identifier: BSD-3-Clause
"""Where nothing is wrong nothing is found, and what is said is true: the tools do map."""

import pytest

from clinic import PATH, examine, place, place_debians
from processes import ALICE, ROOT
from support import GID, UID, expect_granted, grant

RANGE = (0, 100000, 65536)


def assert_healthy(report):
    assert (report.status, report.of("problem"), report.of("warning")) == (0, [], [])


@pytest.mark.parametrize("setuid, capability", ((False, True), (True, False)), ids=("fcaps", "setuid"))
def test_our_pair(setuid, capability):
    """Our pair in each way of installing."""
    for kind in (UID, GID):
        place(kind, setuid=setuid, capability=capability)
        expect_granted(kind, RANGE, path=f"/usr/bin/{kind.tool}")
    assert_healthy(examine())


def test_debians_pair():
    """Debian's pair outside of containers."""
    place_debians()
    for kind in (UID, GID):
        expect_granted(kind, RANGE, path=f"/usr/bin/{kind.tool}")
    assert_healthy(examine())


def test_root():
    """Root is a user like any other, and needs grants of his own."""
    for kind in (UID, GID):
        grant(kind, "root:100000:65536")
    assert_healthy(examine(user=ROOT))


def test_every_check_has_a_finding():
    """A check that finds nothing wrong says so."""
    names = {finding["check"] for finding in examine().findings}
    assert names == {
        "helper-found", "helper-file", "helper-privilege", "lxc", "podman", "lookup-program", "no-new-privs",
        "bounding-set", "securebits", "user-namespace-limit", "user-namespace-switch", "user-namespace-trial", "nesting",
        "own-uids", "own-gids", "account", "group", "grants-uid", "grants-gid", "proc", "hidepid", "selinux", "log",
        "audit"}


def test_nothing_is_left_behind(kind):
    """The trial changes nothing: the tools map as before, and the grants are as they were."""
    with open(kind.subid) as file:
        before = file.read()
    examine()
    with open(kind.subid) as file:
        assert file.read() == before
    expect_granted(kind, RANGE, (65536, kind.own(ALICE), 1), path=f"/usr/bin/{kind.tool}", env={"PATH": PATH})
