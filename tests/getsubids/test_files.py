# SPDX-License-Identifier: BSD-3-Clause
"""What /etc/subuid and /etc/subgid have for a user: as Debian's program lists it, except where newuidmap differs."""

import os

import pytest

from processes import ALICE, BOB, ROOT, STRANGER
from programs import OURS, ask, both_list, listing, neither_lists, only_debians_lists, only_ours_lists
from support import DOUBTFUL, GID, UID, Result, expect_granted, grant, put, remove
from test_subid_file import VOID

FIRST, SECOND = (100000, 65536), (200000, 10)


# ---- whose lines ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("asker", (ALICE, BOB, ROOT, STRANGER), ids=lambda user: user.name or "stranger")
def test_anybody_may_ask(kind, asker):
    """About himself and others."""
    grant(kind, "alice:100000:65536")
    both_list(kind, "alice", FIRST, user=asker)


def test_lines_in_their_order(kind):
    """Neither sorted nor joined, and one that is there twice is listed twice."""
    lines = ("300000:65536", "100000:65536", "100000:10", "165536:5", "300000:65536")
    grant(kind, *(f"alice:{line}" for line in lines))
    both_list(kind, "alice", *(tuple(map(int, line.split(":"))) for line in lines))


def test_lines_of_others(kind):
    """Whoever they are of, and however they look, they do not count."""
    grant(kind, "bob:1:1", "alic:2:2", "alicee:3:3", "Alice:4:4", "500:5:5", "50011:6:6", "x:alice:7", ":alice:8:8",
          "alice:100000:65536", "xalice:9:9")
    both_list(kind, "alice", FIRST)


@pytest.mark.parametrize("lines", ((), ("bob:100000:65536",), ("",), ("alice",)), ids=("empty", "other", "blank", "void"))
def test_no_line(kind, lines):
    """Nothing, and the file is named."""
    grant(kind, *lines)
    neither_lists(kind, "alice", f"{kind.subid} grants nothing to this user")


def test_name_without_account(kind):
    """Lines of a name that nobody has are listed all the same."""
    grant(kind, "ghost:100000:65536", "alice:1:1")
    both_list(kind, "ghost", FIRST)
    neither_lists(kind, "spook")


def test_uid_of_a_name():
    """Lines with the uid are the user's, too, among those with his name."""
    grant(UID, "alice:1:1", "5001:2:2", "alice:3:3", "5002:4:4")
    both_list(UID, "alice", (1, 1), (2, 2), (3, 3))


def test_uid_of_a_name_and_gids():
    """Owners in /etc/subgid are users: a line with the uid counts. Debian's program takes it for the gid of a group with
    the user's name, and so lists what newgidmap refuses, and does not list what newgidmap grants."""
    grant(GID, "alice:1:1", f"{ALICE.uid}:200000:10", f"{ALICE.gid}:400000:10")
    only_ours_lists(GID, "alice", (1, 1), SECOND, debian=((1, 1), (400000, 10)))
    expect_granted(GID, (0, 200000, 10))


def test_other_names_of_the_uid():
    """They count, as for newuidmap. Debian's program does not list them."""
    grant(UID, "alice:1:1", "alison:2:2", "5001:3:3")
    only_ours_lists(UID, "alice", (1, 1), (2, 2), (3, 3), debian=((1, 1), (3, 3)))
    only_ours_lists(UID, "alison", (1, 1), (2, 2), (3, 3), debian=((2, 2), (3, 3)))


def test_uid(kind):
    """A number is a uid, whose lines are those with the number. Those with the account's name are not listed: RootlessKit 1
    asks for both and joins the answers, and the kernel takes no range twice."""
    grant(kind, "5001:1:1", "5010:2:2")
    both_list(kind, 5001, (1, 1))
    both_list(kind, 5010, (2, 2))
    grant(kind, "5001:1:1", "alice:2:2", "alison:3:3")
    both_list(kind, 5001, (1, 1))
    grant(kind, "alice:2:2")
    neither_lists(kind, 5001)


def test_name_of_digits(kind):
    """An owner of digits is a uid: who has the name 5001 and uid 5003 owns what is given to uid 5003. For Debian's
    program it is both."""
    grant(kind, "5001:1:1", "5003:2:2")
    both_list(kind, 5003, (2, 2))
    only_ours_lists(kind, 5001, (1, 1), debian=((1, 1), (2, 2)) if kind is UID else ((1, 1),))


@pytest.mark.parametrize("user", ("05001", "+5001", "5001 ", "0x1389", "4294967295", "4294972297", "9" * 30))
def test_spellings_of_a_uid(kind, user):
    """There is one only."""
    grant(kind, "5001:1:1", "alice:2:2")
    neither_lists(kind, user)


# ---- which lines ---------------------------------------------------------------------------------------------------

# What Debian's program lists for lines that are void for newuidmap.
_HUGE = 18446744073709551615
LISTED_BY_DEBIANS = {
    "zero_everything": (0, 0), "zero_count": (100000, 0), "minus_one_from_0": (0, _HUGE), "minus_one_from_1": (1, _HUGE),
    "minus_one": (100000, _HUGE), "2_to_64_less_1": (1, _HUGE), "2_to_32_and_100000": (4295067296, 100),
    "count_2_to_32_from_1": (1, 4294967296), "past_2_to_32": (100000, 4294867297), "negative_start": (_HUGE, 200000),
    "negative_range": (_HUGE - 9, 200000), "fourth_field": FIRST, "empty_fourth_field": FIRST, "hex_start": FIRST,
    "hex_count": (100000, 256), "octal_start": FIRST, "octal_count": (100000, 128), "plus_start": FIRST,
    "plus_count": FIRST, "blank_before_start": FIRST, "blank_before_count": FIRST,
}


@pytest.mark.parametrize("name", VOID)
def test_void_line(kind, name):
    """A line that newuidmap takes for nothing is not listed, and its neighbours are."""
    grant(kind, VOID[name])
    if name in LISTED_BY_DEBIANS:
        only_debians_lists(kind, "alice", LISTED_BY_DEBIANS[name])
    else:
        neither_lists(kind, "alice")
    grant(kind, "alice:300000:10", VOID[name], "alice:400000:10")
    assert ask(OURS, kind, "alice") == Result(0, listing("alice", (300000, 10), (400000, 10)), "")


@pytest.mark.parametrize("content", ("alice:100000:65536", "bob:1:1\n\n\nalice:100000:65536",
                                     "\n# comment\n\nalice:100000:65536\n\n"),
                         ids=("no_last_newline", "blank_lines", "comment"))
def test_good_line(kind, content):
    """What counts, counts for both."""
    put(kind.subid, content)
    both_list(kind, "alice", FIRST)


@pytest.mark.parametrize("first, count", ((0, 1), (0, 4294967295), (1, 4294967295), (4294967294, 1), (4294967295, 1)))
def test_largest_ids(kind, first, count):
    """To the last id."""
    grant(kind, f"alice:{first}:{count}")
    both_list(kind, "alice", (first, count))


@pytest.mark.parametrize("size", (1024, 4096, 65536))
def test_over_long_line(kind, size):
    """It counts for nothing, nor does its tail."""
    tail = "alice:100000:65536"
    long_lines = ("x" * (size - cut) + tail for cut in (0, 1, len(tail)))
    grant(kind, "alice:300000:10", *long_lines, "alice:400000:10")
    assert ask(OURS, kind, "alice").stdout == listing("alice", (300000, 10), (400000, 10))


# ---- the file ------------------------------------------------------------------------------------------------------

def test_missing_file(kind):
    """Nothing, and that is said."""
    remove(kind.subid)
    neither_lists(kind, "alice", f"{kind.subid} does not exist")


def test_symlink(kind):
    """Is followed, as newuidmap does; by Debian's program it is not."""
    put("/etc/grants", "alice:100000:65536\n")
    remove(kind.subid)
    os.symlink("grants", kind.subid)
    only_ours_lists(kind, "alice", FIRST, debian=())


def test_directory(kind):
    """Is no file."""
    remove(kind.subid)
    os.mkdir(kind.subid)
    neither_lists(kind, "alice", f"{kind.subid} is not a regular file")


@pytest.mark.parametrize("doubt", DOUBTFUL.values(), ids=DOUBTFUL)
def test_file_that_the_asker_may_write(kind, doubt):
    """newuidmap refuses it, so nothing is listed from it; Debian's program does not look."""
    put(kind.subid, "alice:100000:65536\n", **doubt)
    only_debians_lists(kind, "alice", FIRST, words=(kind.subid, "getsubids: hint: "))


def test_file_that_the_asker_may_not_read(kind):
    """Neither program can list anything then; root's can."""
    put(kind.subid, "alice:100000:65536\n", mode=0o600)
    neither_lists(kind, "alice", kind.subid, "chmod 644")
    both_list(kind, "alice", FIRST, user=ROOT)


def test_unsafe_passwd(kind):
    """A file that says who is who counts for as much."""
    grant(kind, "alice:100000:65536")
    with open("/etc/passwd", "rb") as file:
        put("/etc/passwd", file.read(), mode=0o666)
    only_debians_lists(kind, "alice", FIRST, words=("/etc/passwd may be written by everyone",))


@pytest.mark.parametrize("lines", (None, "", "subid: files\n", "passwd: files\nsubid: files\n", "# subid: x\n"))
def test_files_alone(kind, lines):
    """What nsswitch.conf says where it says no more than files, or is not there."""
    grant(kind, "alice:100000:65536")
    remove("/etc/nsswitch.conf") if lines is None else put("/etc/nsswitch.conf", lines)
    both_list(kind, "alice", FIRST)
