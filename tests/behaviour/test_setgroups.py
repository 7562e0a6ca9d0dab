# SPDX-License-Identifier: BSD-3-Clause
"""When newgidmap denies setgroups: exactly when nothing but the caller's own gid is mapped (CVE-2018-7169)."""

import pytest

from processes import ALICE, SIDE_GROUP, Target
from support import GID, UID, assert_granted, assert_refused, grant, remove, run_tool

OWN = (0, ALICE.gid, 1)
GRANTED = (1, 100000, 10)
REFUSED = (20, 300000, 10)
OTHERS = (30, SIDE_GROUP, 1)


def mapped(*extents):
    """Maps a target's gids and returns what became of its setgroups."""
    with Target() as target:
        assert_granted(run_tool(GID, target, *extents), target, GID, *extents)
        return target.setgroups


@pytest.mark.parametrize("lines", ((), ("bob:0:4294967295",), ("5101:5101:1",), ("alice:100000:10",),
                                   ("alice:5101:0",), ("alice:5102:10", "alice:5000:101")),
                         ids=("none", "anothers", "gid_as_owner", "elsewhere", "empty_entry", "around"))
def test_own_gid_alone_denies(lines):
    """The own gid without a grant for it: setgroups becomes deny, whatever else is granted but not used."""
    grant(GID, *lines)
    assert mapped(OWN) == "deny"


@pytest.mark.parametrize("lines", (("alice:5101:1",), ("5001:5000:200",), ("alison:0:4294967295",)),
                         ids=("exactly", "in_a_range", "by_alias"))
def test_granted_own_gid_allows(lines):
    """An entry that covers the own gid is the administrator's word."""
    grant(GID, *lines)
    assert mapped(OWN) == "allow"


def test_own_gid_needs_no_file():
    """Without the file nothing is granted: the own gid is mapped and setgroups denied."""
    remove("/etc/subgid")
    assert mapped(OWN) == "deny"


@pytest.mark.parametrize("extents", ((GRANTED,), (OWN, GRANTED), (GRANTED, OWN)),
                         ids=("granted", "own_granted", "granted_own"))
def test_granted_range_allows(extents):
    """One granted range is enough to leave setgroups alone."""
    grant(GID, "alice:100000:10")
    assert mapped(*extents) == "allow"


@pytest.mark.parametrize("extents", ((REFUSED,), (OTHERS,), (OWN, REFUSED), (REFUSED, OWN), (OWN, OTHERS),
                                     (GRANTED, REFUSED), (OWN, GRANTED, REFUSED), (GRANTED, OWN, REFUSED),
                                     (REFUSED, GRANTED, OWN)))
def test_refusal_changes_nothing(extents):
    """A refused triple, be it the last one, leaves map and setgroups as they were."""
    grant(GID, "alice:100000:10")
    with Target() as target:
        assert_refused(run_tool(GID, target, *extents), target)
        assert target.setgroups == "allow"


@pytest.mark.parametrize("extents", ((OWN, OWN), (OWN, (5, ALICE.gid, 1)), (OWN, (10, ALICE.gid, 0)),
                                     (OWN, ("0x9", ALICE.gid, 1)), (OWN, (4294967295, ALICE.gid, 1)), (OWN, (1, 1))),
                         ids=("twice", "overlapping_outside", "count_0", "malformed", "too_large", "arity"))
def test_bad_request_changes_nothing(extents):
    """Requests for the own gid alone that cannot be carried out do not deny setgroups on the way."""
    with Target() as target:
        assert_refused(run_tool(GID, target, *extents), target)


def test_no_triples_change_nothing():
    """LXC ends in such a call: setgroups stays as it is."""
    with Target() as target:
        run_tool(GID, target)
        assert target.setgroups == "allow"


def test_newuidmap_leaves_setgroups_alone():
    """Uids have nothing to do with it."""
    grant(UID, "alice:100000:10")
    for extents in (((0, ALICE.uid, 1),), (GRANTED,)):
        with Target() as target:
            assert_granted(run_tool(UID, target, *extents), target, UID, *extents)
            assert target.setgroups == "allow"


@pytest.mark.parametrize("extents", ((OWN,), (OWN, GRANTED)), ids=("own", "granted"))
def test_denied_before(extents):
    """Where it is denied already it stays so: allow is never written."""
    grant(GID, "alice:100000:10")
    with Target() as target:
        with open(f"/proc/{target}/setgroups", "w") as file:
            file.write("deny")
        assert_granted(run_tool(GID, target, *extents), target, GID, *extents)
        assert target.setgroups == "deny"


def test_second_try():
    """A map that is set already keeps its setgroups: the own gid cannot be used to deny it afterwards."""
    grant(GID, "alice:100000:10")
    with Target() as target:
        run_tool(GID, target, GRANTED)
        target.before = target.state()
        assert_refused(run_tool(GID, target, OWN), target)
        assert target.setgroups == "allow"
