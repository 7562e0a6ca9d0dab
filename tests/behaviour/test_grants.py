# SPDX-License-Identifier: BSD-3-Clause
"""Who is granted what: owners by name, uid and alias, lines joined, and the files that say who the caller is."""

import pytest

from processes import ALICE, ALISON, BOB, DIGITS, ROOT, STRANGER
from support import DOUBTFUL, expect_granted, expect_refused, grant, put

OWNERS = pytest.mark.parametrize("owner", ("alice", "5001", "alison"), ids=("name", "number", "alias"))


@OWNERS
def test_owner_spellings(kind, owner):
    """An owner is the caller's name, his uid, or another name of the uid."""
    grant(kind, f"{owner}:100000:65536")
    expect_granted(kind, (0, kind.own(ALICE), 1), (1, 100000, 65536))


@pytest.mark.parametrize("owner", ("bob", "5002", "nobody", "ALICE", "alic", "alicee", "5101", "500", "50010", "0",
                                   "root", "*", "side", "5109", "0x1389", "alice,bob", "4294972297"))
def test_grants_of_others(kind, owner):
    """Nobody else's line helps: owners in both files are users, compared whole."""
    grant(kind, f"{owner}:100000:65536")
    result = expect_refused(kind, (0, 100000, 10))
    assert result.first == kind.not_allowed(0, 100000, 10)


def test_files_are_separate(kind):
    """A grant in the other file is none."""
    put("/etc/subgid" if kind.name == "uid" else "/etc/subuid", "alice:100000:65536\n")
    expect_refused(kind, (0, 100000, 10))


def test_whole_range_of_several_triples(kind):
    """A grant may be used piece by piece, to its first and last id."""
    grant(kind, "alice:100000:100")
    expect_granted(kind, (0, 100099, 1), (1, 100000, 1), (2, 100001, 98))


@pytest.mark.parametrize("first, count", ((99999, 100), (100000, 101), (100001, 100), (99999, 1), (100100, 1),
                                          (99999, 102)))
def test_one_id_too_many(kind, first, count):
    """A range that leaves the grant by one id is refused as a whole, and the first line names it."""
    grant(kind, "alice:100000:100")
    result = expect_refused(kind, (0, first, count))
    assert result.first == kind.not_allowed(0, first, count)


def test_first_refusal_is_reported(kind):
    """Of several triples without a grant the first one is named."""
    grant(kind, "alice:100000:100")
    result = expect_refused(kind, (0, 100000, 10), (10, 300000, 2), (20, 400000, 2))
    assert result.first == kind.not_allowed(10, 300000, 2)


@pytest.mark.parametrize("lines", (("alice:100000:50", "alice:100050:50"), ("alice:100050:50", "alice:100000:50"),
                                   ("alice:100090:10", "5001:100000:40", "bob:1:1", "alison:100040:50"),
                                   ("alice:100000:80", "alice:100020:80"), ("alice:100020:10", "5001:100000:100")),
                         ids=("in_order", "backwards", "mixed_owners", "overlapping", "enclosed"))
def test_lines_are_joined(kind, lines):
    """Lines that together cover a range grant it."""
    grant(kind, *lines)
    expect_granted(kind, (0, 100000, 100))


@pytest.mark.parametrize("lines", (("alice:100000:49", "alice:100050:50"), ("alice:100050:50", "5001:100000:49"),
                                   ("alice:100000:50", "bob:100050:50"),
                                   ("alice:100000:50", "bob:100050:1", "alice:100051:49")),
                         ids=("hole", "hole_backwards", "end_of_another", "middle_of_another"))
def test_hole_is_refused(kind, lines):
    """One id that no line of the caller covers refuses the range."""
    grant(kind, *lines)
    expect_refused(kind, (0, 100000, 100))


def test_own_id_with_grants(kind):
    """The own id goes along with granted ranges, in any place."""
    grant(kind, "alice:100000:100")
    expect_granted(kind, (50, 100000, 50), (0, kind.own(ALICE), 1), (1, 100050, 49))


@pytest.mark.parametrize("away, count", ((0, 2), (1, 1), (-1, 1), (-1, 2)))
def test_own_id_only(kind, away, count):
    """Without a grant it is the own id alone, not its neighbours."""
    expect_refused(kind, (0, kind.own(ALICE) + away, count))


def test_id_of_the_other_kind(kind):
    """A uid is no gid: the number must be the caller's own of the same kind."""
    expect_refused(kind, (0, ALICE.gid if kind.name == "uid" else ALICE.uid, 1))


def test_root_is_not_exempt(kind):
    """Root needs lines like everybody else."""
    result = expect_refused(kind, (0, 100000, 10), user=ROOT)
    assert result.first == kind.not_allowed(0, 100000, 10)


@pytest.mark.parametrize("owner", ("root", "0"))
def test_root_with_grant(kind, owner):
    """Lines for root count, in each install mode with the outside id 0, too."""
    grant(kind, f"{owner}:100000:65536")
    expect_granted(kind, (0, 0, 1), (1, 100000, 65536), user=ROOT)


def test_caller_without_passwd_entry(kind):
    """Ranges keyed by uid, and the own id, work for a uid that no source knows."""
    grant(kind, f"{STRANGER.uid}:100000:65536")
    expect_granted(kind, (0, kind.own(STRANGER), 1), (1, 100000, 65536), user=STRANGER)


@pytest.mark.parametrize("owner", ("", "alice", "5110", "unknown", "nobody"))
def test_caller_without_passwd_entry_has_no_name(kind, owner):
    """No line with a name is his."""
    grant(kind, f"{owner}:100000:65536")
    expect_refused(kind, (0, 100000, 10), user=STRANGER)


def test_digits_are_a_uid(kind):
    """A user whose name reads like another's uid does not get what is meant for that uid."""
    grant(kind, "5001:100000:65536", "alice:300000:65536")
    expect_refused(kind, (0, 100000, 10), user=DIGITS)
    expect_refused(kind, (0, 300000, 10), user=DIGITS)


def test_digits_by_own_uid(kind):
    """He has the lines with his own uid."""
    grant(kind, f"{DIGITS.uid}:100000:65536")
    expect_granted(kind, (0, 100000, 65536), user=DIGITS)


def test_environment_does_not_name_the_caller(kind):
    """$USER and its like are the caller's to choose, so they are not looked at."""
    grant(kind, "bob:100000:65536", "alice:300000:65536")
    pretence = {"USER": "bob", "LOGNAME": "bob", "UID": str(BOB.uid), "SUDO_UID": str(BOB.uid), "HOME": "/home/bob"}
    expect_refused(kind, (0, 100000, 10), env=pretence)
    expect_granted(kind, (0, 300000, 10), env=pretence)


def test_refusal_names_user_and_file(kind):
    """The diagnosis says whom it looked up, and where."""
    grant(kind, "bob:100000:65536")
    detail = expect_refused(kind, (0, 100000, 10)).detail
    assert "alice" in detail or "5001" in detail
    assert kind.subid in detail


def test_refusal_tells_no_grants_from_a_shorter_one(kind):
    """Who has nothing reads something else than who has too little."""
    grant(kind, "bob:100000:65536")
    nothing = expect_refused(kind, (0, 100000, 10)).detail
    grant(kind, "alice:100000:5")
    too_little = expect_refused(kind, (0, 100000, 10)).detail
    assert nothing != too_little


@pytest.mark.parametrize("line", ("+", "+::::::", "+alison:x:5002:5102::/:/bin/sh", "-alison:x:5002:5102::/:/bin/sh",
                                  "alison", "alison:x", "alison:x:5002", "#alison:x:5002:5102::/:/bin/sh", ""),
                         ids=("plus", "plus_and_colons", "plus_name", "minus_name", "name", "two_fields",
                              "three_fields", "comment", "empty"))
def test_odd_passwd_lines(kind, line):
    """Leftovers of NIS and broken lines neither name anybody nor hide the lines after them."""
    put("/etc/passwd", f"{line}\nroot:x:0:0::/:/bin/sh\nbob:x:5002:5102::/:/bin/sh\nalice:x:5001:5101::/:/bin/sh\n")
    grant(kind, "+:100000:10", "+alison:100010:10", "-alison:100020:10", "alison:100030:10", "alice:300000:10")
    for first in (100000, 100010, 100020, 100030):
        expect_refused(kind, (0, first, 10), user=BOB)
    expect_granted(kind, (0, 300000, 10))


@pytest.mark.parametrize("path", ("/etc/passwd", "/etc/nsswitch.conf"), ids=("passwd", "nsswitch"))
@pytest.mark.parametrize("doubt", DOUBTFUL.values(), ids=DOUBTFUL)
def test_files_the_caller_may_write(kind, path, doubt):
    """What says who the caller is must not be the caller's to write: refused, and the file is named."""
    with open(path, "rb") as file:
        put(path, file.read(), **doubt)
    grant(kind, "alice:100000:65536")
    assert path in expect_refused(kind, (0, 100000, 10)).stderr


def test_alias_as_the_caller(kind):
    """Two names of one uid are one user: the lines of both join."""
    grant(kind, "alice:100000:10", "alison:100010:10")
    expect_granted(kind, (0, 100000, 20), user=ALISON)
