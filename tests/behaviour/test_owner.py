# SPDX-License-Identifier: BSD-3-Clause
"""Whose process the target must be, and which group counts."""

import re

import pytest

from processes import ALICE, BOB, ROOT, SIDE_GROUP, Target
from support import DOUBTFUL, assert_granted, assert_refused, grant, put, remove, run_tool

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)


def test_other_owners(kind):
    """Processes of other users, root's and pid 1 among them, are refused."""
    with Target(BOB) as bobs, Target(ROOT) as roots:
        for target in (bobs, roots):
            assert_refused(run_tool(kind, target, RANGE), target)
        assert_refused(run_tool(kind, 1, RANGE))


def test_root_is_no_owner_either(kind):
    """Root cannot map what is alice's through the tool."""
    grant(kind, "root:100000:65536")
    with Target() as target:
        assert_refused(run_tool(kind, target, RANGE, user=ROOT), target)


def test_owner_text_callers_look_for(kind):
    """Callers and shadow's own tests look for this text."""
    with Target(BOB) as target:
        assert re.match(rf"{kind.tool}: Target (process )?.*is owned by a different user: uid:5001 pw_uid:5001 "
                        r"st_uid:5002, gid:5101 pw_gid:5101 st_gid:5102$", run_tool(kind, target, RANGE).first)


def test_owner_text(kind):
    """The first line is upstream's."""
    first = run_tool(kind, 1, RANGE).first
    assert first == (f"{kind.tool}: Target process is owned by a different user: uid:5001 pw_uid:5001 st_uid:0, "
                     "gid:5101 pw_gid:5101 st_gid:0")


def test_group_of_the_target(kind):
    """A process of the caller that runs with another group is refused."""
    with Target(gid=SIDE_GROUP) as target:
        assert_refused(run_tool(kind, target, RANGE), target)


def test_group_of_the_caller(kind):
    """So is a caller who runs with another group than his primary one, without GRANT_AUX_GROUP_SUBIDS."""
    with Target(gid=SIDE_GROUP) as target:
        result = run_tool(kind, target, RANGE, gid=SIDE_GROUP)
        assert_refused(result, target)
        assert "gid:5109 pw_gid:5101 st_gid:5109" in result.first


def test_reason_tells_user_from_group(kind):
    """The diagnosis tells the three apart: other user, other group of the target, other group of the caller."""
    with Target(BOB) as user, Target(gid=SIDE_GROUP) as group:
        reasons = [run_tool(kind, user, RANGE).detail, run_tool(kind, group, RANGE).detail,
                   run_tool(kind, group, RANGE, gid=SIDE_GROUP).detail]
    assert all(f"{kind.tool}: reason: " in reason for reason in reasons)
    assert len({re.sub(r"\d+", "N", reason) for reason in reasons}) == 3
    assert "5002" in reasons[0] and "group" not in reasons[0]
    assert all(word in reasons[1] for word in ("group", "5109"))
    assert all(word in reasons[2] for word in ("group", "5109", "5101", "GRANT_AUX_GROUP_SUBIDS"))


@pytest.mark.parametrize("setting, works", (("KEY yes", True), ("KEY\t YES  ", True), ("KEY no\nKEY yes", True),
                                            ("KEY yes\nKEY no", False), ("KEY no", False), ("KEY true", False),
                                            ("KEY 1", False), ("#KEY yes", False), ("KEYS yes", False)))
def test_auxiliary_groups(kind, setting, works):
    """With GRANT_AUX_GROUP_SUBIDS the running group counts, as the own gid, too; the last setting wins."""
    put("/etc/login.defs", setting.replace("KEY", "GRANT_AUX_GROUP_SUBIDS") + "\n")
    own = (65536, ALICE.uid if kind.name == "uid" else SIDE_GROUP, 1)
    with Target(gid=SIDE_GROUP) as target:
        result = run_tool(kind, target, RANGE, own, gid=SIDE_GROUP)
        if works:
            assert_granted(result, target, kind, RANGE, own)
        else:
            assert_refused(result, target)


@pytest.mark.parametrize("doubt", DOUBTFUL.values(), ids=DOUBTFUL)
def test_login_defs_the_caller_may_write(kind, doubt):
    """The setting is not believed where the caller could have made it: refused, and the file is named."""
    put("/etc/login.defs", "GRANT_AUX_GROUP_SUBIDS yes\n", **doubt)
    with Target(gid=SIDE_GROUP) as target:
        result = run_tool(kind, target, RANGE, gid=SIDE_GROUP)
        assert_refused(result, target)
        assert "/etc/login.defs" in result.stderr


def test_missing_login_defs(kind):
    """Without the file there is no such setting, and all else works."""
    remove("/etc/login.defs")
    with Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
    with Target(gid=SIDE_GROUP) as target:
        assert_refused(run_tool(kind, target, RANGE, gid=SIDE_GROUP), target)


def test_auxiliary_group_replaces_the_primary(kind):
    """Whoever runs with another group cannot map his primary gid."""
    put("/etc/login.defs", "GRANT_AUX_GROUP_SUBIDS yes\n")
    with Target(gid=SIDE_GROUP) as target:
        assert_refused(run_tool(kind, target, (0, 5101, 1), gid=SIDE_GROUP), target)
