# SPDX-License-Identifier: BSD-3-Clause
"""What shadow's own tests of the two programs describe, done anew, with what theirs cannot see: the exact exit status,
the map as the kernel has it, and setgroups. The second half of newgidmap/02, which never runs there, runs here.

Of shadow's other tests, libsubid/01 (owners by name and by uid in one file) and 02 (several owners of one id) are here
as far as the pair has a part in them; tests/getsubids has the listing, test_lines_in_their_order and test_uid_of_a_name.
Choosing a plugin, libsubid/04, is in tests/lookup and tests/getsubids. libsubid/03 and subids/67 to 70 are about handing
out ranges, which nothing here does; lines that they call bad grant nothing, see test_subid_file.
"""

import re

import pytest

from processes import BOB, ROOT, Target, User
from support import Result, assert_refused, expect_granted, expect_refused, grant, put, run_tool

FOO, BAR = User("foo", 1000, 1000), User("bar", 1001, 1001)
FOO_WITH_BARS_GROUP = User("foo", FOO.uid, BAR.gid, (BAR.gid, FOO.gid))
EXTENTS = ((0, 1000, 1), (1, 1000000, 1000))
MAP = ("         0       1000          1\n"
       "         1    1000000       1000\n")
OTHER_GROUP = "is owned by a different user: uid:1000 pw_uid:1000 st_uid:1000, gid:1000 pw_gid:1001 st_gid:1000"


@pytest.fixture(autouse=True)
def users(etc):
    """Foo, whose primary group is his own, and who has 1000 ids."""
    put("/etc/group", "root:x:0:\nfoo:x:1000:\nbar:x:1001:foo\n")
    set_primary_group(FOO.gid)


def set_primary_group(gid):
    put("/etc/passwd", f"root:x:0:0::/:/bin/sh\nbob:x:{BOB.uid}:{BOB.gid}::/:/bin/sh\n"
        f"foo:x:1000:{gid}::/home/foo:/bin/sh\nbar:x:1001:1001::/home/bar:/bin/sh\n")


def set_auxiliary_groups(word):
    put("/etc/login.defs", f"GRANT_AUX_GROUP_SUBIDS {word}\n")


def assert_mapped(kind, target, result):
    """As was asked for, line by line; setgroups as before, because a grant was used."""
    assert result == Result(0, "", "")
    assert target.read(kind.map_file) == MAP
    assert target.setgroups == "allow"


def assert_not_mapped(kind, target, result):
    """Status 1, and neither map nor setgroups was touched."""
    assert_refused(result, target)
    assert target.read(kind.map_file) == "" and target.setgroups == "allow"


# ---- newuidmap/01, newgidmap/01 --------------------------------------------------------------------------------------

def test_two_line_map(kind):
    """The own id and all that is granted."""
    grant(kind, "foo:1000000:1000")
    with Target(FOO) as target:
        assert_mapped(kind, target, run_tool(kind, target, *EXTENTS, user=FOO))


def test_another_primary_group(kind):
    """Caller and target run with a group that the account does not have as its primary one."""
    grant(kind, "foo:1000000:1000")
    set_primary_group(BAR.gid)
    with Target(FOO) as target:
        result = run_tool(kind, target, *EXTENTS, user=FOO)
        assert_not_mapped(kind, target, result)
    assert re.fullmatch(rf"{kind.tool}: Target (process )?({target} )?{OTHER_GROUP}", result.first)


def test_another_primary_group_text(kind):
    """The line is upstream's as it is now."""
    grant(kind, "foo:1000000:1000")
    set_primary_group(BAR.gid)
    assert expect_refused(kind, *EXTENTS, user=FOO).first == f"{kind.tool}: Target process {OTHER_GROUP}"


# ---- newuidmap/02, newgidmap/02 --------------------------------------------------------------------------------------

def test_auxiliary_group_is_allowed(kind):
    """With GRANT_AUX_GROUP_SUBIDS the same request is granted."""
    grant(kind, "foo:1000000:1000")
    set_primary_group(BAR.gid)
    set_auxiliary_groups("yes")
    with Target(FOO) as target:
        assert_mapped(kind, target, run_tool(kind, target, *EXTENTS, user=FOO))


def test_auxiliary_group_is_not_allowed_any_more(kind):
    """The setting decides each run anew: allowed, refused, and allowed for the process that was refused."""
    grant(kind, "foo:1000000:1000")
    set_primary_group(BAR.gid)
    with Target(FOO) as first, Target(FOO) as second:
        set_auxiliary_groups("yes")
        assert_mapped(kind, first, run_tool(kind, first, *EXTENTS, user=FOO))
        set_auxiliary_groups("no")
        assert_not_mapped(kind, second, run_tool(kind, second, *EXTENTS, user=FOO))
        set_auxiliary_groups("yes")
        assert_mapped(kind, second, run_tool(kind, second, *EXTENTS, user=FOO))


def test_running_with_another_group(kind):
    """Who has changed to another of his groups is in the same case, seen from the other side."""
    grant(kind, "foo:1000000:1000")
    with Target(FOO_WITH_BARS_GROUP) as target:
        ranges = ((0, 1000000, 1000),)
        assert_not_mapped(kind, target, run_tool(kind, target, *ranges, user=FOO_WITH_BARS_GROUP))
        set_auxiliary_groups("yes")
        assert run_tool(kind, target, *ranges, user=FOO_WITH_BARS_GROUP) == Result(0, "", "")
        assert target.map(kind) == [*ranges]


# ---- libsubid/01 and 02 ----------------------------------------------------------------------------------------------

def test_owners_by_name_and_by_uid(kind):
    """A user's lines count whichever way they name him and wherever they stand among those of others."""
    grant(kind, "foo:300000:10", "1000:400000:10", "bar:500000:10", "1001:600000:10", "foo:700000:10")
    extents = ((0, 300000, 10), (10, 400000, 10), (20, 700000, 10))
    expect_granted(kind, *extents, user=FOO)
    expect_granted(kind, *reversed(extents), user=FOO)
    expect_granted(kind, (0, 500000, 10), (10, 600000, 10), user=BAR)
    for first in (500000, 600000):
        expect_refused(kind, (0, first, 1), user=FOO)


def test_owners_of_one_id(kind):
    """An id of several owners can be mapped by each of them, and by nobody else."""
    grant(kind, "foo:300000:10", "1001:300005:10", "bob:300020:10")
    for user in (FOO, BAR):
        expect_granted(kind, (0, 300005, 5), user=user)
    expect_granted(kind, (0, 300014, 1), user=BAR)
    expect_refused(kind, (0, 300014, 1), user=FOO)
    for user in (BOB, ROOT):
        expect_refused(kind, (0, 300005, 1), user=user)
