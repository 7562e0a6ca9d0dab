# SPDX-License-Identifier: BSD-3-Clause
"""With a /proc that hides the processes of others: proc(5), hidepid=2. Nobody here is in group 0, which is exempt."""

import os

import pytest

from processes import ALICE, BOB, CLONE_NEWNS, LIBC, Target, check, drop_from_bounding_set, mount
from support import (CAP_LAST, CAP_SETGID, CAP_SETUID, assert_granted, assert_refused, expect_granted, run_tool)
from test_target import gone

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)


def hide():
    """For this process and what it executes."""
    check(LIBC.unshare(CLONE_NEWNS))
    mount("proc", "/proc", "proc", options="hidepid=2")


def hide_and_be_poor():
    hide()
    drop_from_bounding_set(capability for capability in range(CAP_LAST + 1)
                           if capability not in (CAP_SETUID, CAP_SETGID))


def test_own_process(kind):
    """One's own processes are not hidden."""
    expect_granted(kind, RANGE, prepare=hide)
    expect_granted(kind, (0, kind.own(ALICE), 1), prepare=hide)


def test_own_process_and_poor_bounding_set(kind):
    """That needs no capability that could look behind it."""
    expect_granted(kind, RANGE, prepare=hide_and_be_poor)


def test_own_process_by_pidfd(kind):
    """A pidfd leads to what can be seen."""
    with Target() as target:
        pidfd = os.pidfd_open(target.pid)
        result = run_tool(kind, f"fd:{pidfd}", RANGE, pass_fds=[pidfd], prepare=hide)
        os.close(pidfd)
        assert_granted(result, target, kind, RANGE)


def test_process_of_another_user(kind):
    """It is refused."""
    with Target(BOB) as target:
        assert_refused(run_tool(kind, target, RANGE, prepare=hide), target)


def test_process_of_another_user_looks_like_none(kind):
    """What is said does not tell whether there is such a process."""
    with Target(BOB) as target:
        foreign = run_tool(kind, target, RANGE, prepare=hide)
    missing = gone()
    assert foreign.stderr.replace(str(target), str(missing)) == run_tool(kind, missing, RANGE, prepare=hide).stderr
