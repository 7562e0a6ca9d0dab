# SPDX-License-Identifier: BSD-3-Clause
"""In a user namespace that has not all ids in one piece, as every rootless container: what is granted there may lie
across the pieces, and the kernel takes a map only if each of its lines lies inside one."""

import pytest

from nested import OUTSIDE_TOOLS, ROOT_INSIDE, USER_INSIDE, Inside, inside
from processes import ALICE, CLONE_NEWUSER, LIBC, Target, check
from support import GID, UID, assert_granted, assert_refused, expect_granted, expect_refused, grant, run_tool

pytestmark = pytest.mark.usefixtures("granted")
THREE = ((0, 100000, 1000), (1000, 110000, 1000), (2000, 120000, 1000))
HOLES = ((0, 100000, 10), (20, 110000, 100))

each_user = pytest.mark.parametrize("user", (ROOT_INSIDE, USER_INSIDE), ids=("root", "user"))


def grant_all(kind, count):
    grant(kind, f"root:0:{count}", f"somebody:0:{count}")


def expect_split(kind, asked, pieces, **start):
    """Maps a fresh target, whose map is the same translation in these pieces."""
    with Target(start["user"]) as target:
        assert_granted(run_tool(kind, target, *asked, **start), target, kind, *pieces)


def expect_refused_naming(kind, asked, first, last):
    detail = expect_refused(kind, *asked, user=ROOT_INSIDE).detail
    assert f"outside {kind.name}s {first} to {last} are granted, but do not exist in this user namespace" in detail


@each_user
def test_request_within_one_piece(kind, user):
    """A request that needs no cut is written as it came, in its order."""
    asked = ((10, 500, 500), (0, 1000, 10), (5000, 2999, 1))

    def body():
        grant_all(kind, 3000)
        with Target(user) as target:
            assert_granted(run_tool(kind, target, *asked, user=user), target, kind, *asked)
            assert target.read(kind.map_file).split() == [str(number) for triple in asked for number in triple]
    inside(body, THREE)


@each_user
def test_request_over_a_boundary(kind, user):
    """It is cut there."""
    def body():
        grant_all(kind, 3000)
        expect_split(kind, [(0, 500, 1000)], [(0, 500, 500), (500, 1000, 500)], user=user)
        expect_split(kind, [(7, 999, 2)], [(7, 999, 1), (8, 1000, 1)], user=user)
    inside(body, THREE)


@each_user
def test_request_over_every_boundary(kind, user):
    """A piece may be used whole, and another triple may use what the first one left."""
    def body():
        grant_all(kind, 3000)
        expect_split(kind, [(5, 1, 2998), (5000, 2999, 1)],
                     [(5, 1, 999), (1004, 1000, 1000), (2004, 2000, 999), (5000, 2999, 1)], user=user)
    inside(body, THREE)


def test_groups_after_a_cut():
    """A granted gid map leaves setgroups alone, however it is cut."""
    def body():
        grant_all(GID, 3000)
        with Target(USER_INSIDE) as target:
            result = run_tool(GID, target, (0, 500, 1000), user=USER_INSIDE)
            assert_granted(result, target, GID, (0, 500, 500), (500, 1000, 500))
            assert target.setgroups == "allow"
    inside(body, THREE)


@pytest.mark.install("setuid")
@each_user
def test_container_root_and_the_rest(kind, user):
    """The case of containers: id 0 is one piece, all others are another. Where a file capability is all that the
    program has, outside uid 0 is more than it can map for an ordinary user."""
    def body():
        grant_all(kind, 65537)
        expect_split(kind, [(0, 0, 65537)], [(0, 0, 1), (1, 1, 65536)], user=user)
    inside(body)


@pytest.mark.install("fcaps", "both")
def test_container_root_and_the_rest_without_setfcap():
    """The same with file capabilities: gids are mapped, uids are not, and the reason is named."""
    def body():
        for kind in (UID, GID):
            grant_all(kind, 65537)
        expect_split(GID, [(0, 0, 65537)], [(0, 0, 1), (1, 1, 65536)], user=USER_INSIDE)
        assert "SETFCAP" in expect_refused(UID, (0, 0, 65537), user=USER_INSIDE).detail
        expect_granted(UID, (0, 1, 65536), user=USER_INSIDE)
    inside(body)


@pytest.mark.parametrize("asked", ([(0, 0, 50)], [(0, 5, 5), (5, 15, 10)], [(0, 100, 100)]),
                         ids=("across", "into", "past_the_end"))
def test_hole(kind, asked):
    """What is granted but not there is refused."""
    def body():
        grant_all(kind, 3000)
        expect_refused(kind, *asked, user=ROOT_INSIDE)
    inside(body, HOLES)


def test_hole_is_named(kind):
    """The diagnosis has the ids that are missing."""
    def body():
        grant_all(kind, 3000)
        expect_refused_naming(kind, [(0, 0, 50)], 10, 19)
        expect_refused_naming(kind, [(0, 5, 5), (5, 15, 10)], 15, 19)
        expect_refused_naming(kind, [(0, 100, 100)], 120, 199)
    inside(body, HOLES)


def pairs(count):
    """Extents of two ids each, which inside are 0 to 2 * count - 1."""
    return tuple((2 * i, 2000 + 2 * i, 2) for i in range(count))


@pytest.fixture
def granted_short_numbers(granted):
    """340 lines with the numbers of `granted` would be more than 4,095 bytes."""
    for each in (UID, GID):
        grant(each, "alice:2000:2000")


@pytest.mark.usefixtures("granted_short_numbers")
def test_most_pieces(kind):
    """340 pieces are as many as the kernel takes."""
    def body():
        grant_all(kind, 680)
        expect_split(kind, [(0, 0, 680)], [(2 * i, 2 * i, 2) for i in range(340)], user=ROOT_INSIDE)
    inside(body, pairs(340))


@pytest.mark.usefixtures("granted_short_numbers")
def test_one_piece_too_many(kind):
    """341 are refused with the kernel's words."""
    def body():
        grant_all(kind, 680)
        result = expect_refused(kind, (0, 0, 1), (1, 1, 679), user=ROOT_INSIDE)
        assert result.first == kind.failed_write("Invalid argument")
        assert "more than the 340 that the kernel takes" in result.detail
    inside(body, pairs(340))


@pytest.mark.usefixtures("granted_short_numbers")
def test_pieces_with_too_long_a_text(kind):
    """The text of all pieces counts."""
    def body():
        grant_all(kind, 680)
        result = expect_refused(kind, (4000000000, 0, 680), user=ROOT_INSIDE)
        assert result.first == kind.failed_write("Invalid argument")
        assert "bytes of text; the kernel takes at most 4095" in result.detail
    inside(body, pairs(340))


def expect_unprivileged(kind, asked, **start):
    assert expect_refused(kind, asked, **start).first == kind.failed_write("Operation not permitted")


@pytest.mark.install("setuid")
def test_setuid_bit_of_outside(kind):
    """A program cannot become a user who has no number here."""
    def body():
        grant_all(kind, 65537)
        expect_unprivileged(kind, (0, 1, 100), user=USER_INSIDE, path=f"{OUTSIDE_TOOLS}/{kind.tool}")
    inside(body)


@pytest.mark.install("fcaps", "both")
def test_file_capability_of_outside(kind):
    """A file capability counts in every namespace below that of its maker."""
    def body():
        grant_all(kind, 3000)
        expect_split(kind, [(0, 500, 1000)], [(0, 500, 500), (500, 1000, 500)], user=USER_INSIDE,
                     path=f"{OUTSIDE_TOOLS}/{kind.tool}")
    inside(body, THREE)


# Where alice has her number, and nobody has 0.
WITHOUT_ROOT = ((5001, 100000, 5), (5006, 110000, 500))


@pytest.fixture
def granted_without_root(granted):
    """For both sides: the files of outside are those of inside where nobody can mount."""
    for each in (UID, GID):
        grant(each, "alice:100000:65536", "alice:5001:505")


@pytest.mark.install("setuid")
@pytest.mark.usefixtures("granted_without_root")
def test_setuid_bit_where_there_is_no_root(kind):
    """Inside id 0 is nothing special to map; but where nobody has it, nobody becomes root."""
    inside(lambda: expect_unprivileged(kind, (0, 5010, 10)), WITHOUT_ROOT, ALICE)


@pytest.mark.install("fcaps", "both")
@pytest.mark.usefixtures("granted_without_root")
def test_file_capability_where_there_is_no_root(kind):
    """A file capability needs none."""
    inside(lambda: expect_split(kind, [(0, 5001, 10)], [(0, 5001, 5), (5, 5006, 5)], user=ALICE), WITHOUT_ROOT, ALICE)


def test_target_two_levels_below(kind):
    """A map is written from directly above, and by nobody else: the kernel's answer is the first line."""
    with Inside(lambda: check(LIBC.unshare(CLONE_NEWUSER))) as target:
        assert not target.failure, target.failure
        target.before = target.state()
        result = run_tool(kind, target, (0, 100000, 10))
        assert_refused(result, target)
        assert result.first == kind.failed_write("Operation not permitted")
