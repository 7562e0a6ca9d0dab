# SPDX-License-Identifier: BSD-3-Clause
"""Namespaces in namespaces, as deep as the kernel lets them be."""

import ctypes
import errno
import os
import traceback

import pytest

from nested import ROOT_INSIDE, inside
from processes import CLONE_NEWUSER, LIBC, PR_SET_DUMPABLE, Target, become, prctl
from support import GID, UID, assert_granted, grant, run_tool

pytestmark = pytest.mark.usefixtures("granted")
PIECES = ((0, 100000, 1000), (1000, 110000, 1000))


class Level(Target):
    """A target that, once it is mapped, is root inside and goes on with the next level."""

    def __init__(self, depth, report):
        super().__init__(ROOT_INSIDE)
        self.depth, self.report = depth, report

    def __enter__(self):
        go_on, self.go = os.pipe()
        self.kept = (self.report, go_on)
        super().__enter__()
        os.close(go_on)
        return self

    def live(self):
        os.read(self.kept[1], 1)
        try:
            become(ROOT_INSIDE)
            prctl(PR_SET_DUMPABLE, 1)
            descend(self.depth, self.report)
        except BaseException:
            os.write(self.report, traceback.format_exc().encode())
        os._exit(0)

    def run(self):
        os.write(self.go, b"!")
        os.close(self.go)
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)


def error_of_next_level():
    """What the kernel says to one namespace more: 0, or an errno."""
    child = os.fork()
    if child == 0:
        os._exit(0 if LIBC.unshare(CLONE_NEWUSER) == 0 else ctypes.get_errno())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def descend(depth, report):
    """Maps a namespace below this one, and so on. Reports how many there are in the end, and why there is no more."""
    error = error_of_next_level()
    if error:
        os.write(report, f"{depth} {errno.errorcode[error]}".encode())
        return
    with Level(depth + 1, report) as level:
        for kind in (UID, GID):
            result = run_tool(kind, level, (0, 0, 2000), user=ROOT_INSIDE)
            assert_granted(result, level, kind, (0, 0, 1000), (1000, 1000, 1000))
        level.run()


def test_every_level_that_there_can_be():
    """Each is mapped by root of the one above, over the boundary that every one of them inherits."""
    def body():
        for kind in (UID, GID):
            grant(kind, "root:0:2000")
        answer, report = os.pipe()
        descend(1, report)
        depth, error = os.read(answer, 60000).decode().split(" ", 1)
        assert error == "ENOSPC"
        assert int(depth) >= 32
    inside(body, PIECES)
