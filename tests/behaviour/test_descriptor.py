# SPDX-License-Identifier: BSD-3-Clause
"""Targets given as fd:N. Each descriptor refused here would have the map written through it by a careless tool."""

import os

import pytest

from processes import ALICE, BOB, Target
from support import SCRATCH, assert_granted, assert_refused, run_tool

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)


@pytest.mark.parametrize("flags", (os.O_RDONLY, os.O_PATH), ids=("read", "path"))
def test_descriptor_of_a_process_directory(kind, flags):
    """fd:N takes a /proc/PID directory, however it was opened."""
    with Target() as target:
        fd = os.open(f"/proc/{target}", flags | os.O_DIRECTORY)
        result = run_tool(kind, f"fd:{fd}", RANGE, pass_fds=[fd])
        os.close(fd)
        assert_granted(result, target, kind, RANGE)


def lookalike(target):
    """A directory of alice's whose uid_map, gid_map and setgroups are the target's, by symlink."""
    path = f"{SCRATCH}/lookalike"
    os.makedirs(path, exist_ok=True)
    os.chown(path, ALICE.uid, ALICE.gid)
    for name in ("uid_map", "gid_map", "setgroups"):
        if os.path.lexists(f"{path}/{name}"):
            os.unlink(f"{path}/{name}")
        os.symlink(f"/proc/{target}/{name}", f"{path}/{name}")
    return os.open(path, os.O_RDONLY)


NO_TARGETS = {
    "etc": lambda target: os.open("/etc", os.O_RDONLY),
    "lookalike": lookalike,
    "proc": lambda target: os.open("/proc", os.O_RDONLY),
    "proc_1": lambda target: os.open("/proc/1", os.O_RDONLY),
    "proc_net": lambda target: os.open(f"/proc/{target}/net", os.O_RDONLY),
    "proc_ns": lambda target: os.open(f"/proc/{target}/ns", os.O_RDONLY),
    "proc_fd": lambda target: os.open(f"/proc/{target}/fd", os.O_RDONLY),
    "proc_cwd": lambda target: os.open(f"/proc/{target}/cwd", os.O_RDONLY),
    "map_itself": lambda target: os.open(f"/proc/{target}/uid_map", os.O_RDWR),
    "namespace": lambda target: os.open(f"/proc/{target}/ns/user", os.O_RDONLY),
    "regular_file": lambda target: os.open("/etc/passwd", os.O_RDONLY),
    "memfd": lambda target: os.memfd_create("map"),
}


@pytest.mark.parametrize("make", NO_TARGETS.values(), ids=NO_TARGETS)
def test_descriptor_of_something_else(kind, make):
    """Nothing but a process directory of the caller's will do; nothing is written through the descriptor."""
    with Target() as target:
        fd = make(target)
        result = run_tool(kind, f"fd:{fd}", RANGE, pass_fds=[fd])
        os.close(fd)
        assert_refused(result, target)


def test_descriptor_of_anothers_process(kind):
    """A descriptor gives no right that the pid would not give."""
    with Target(BOB) as target:
        assert_refused(run_tool(kind, f"fd:{target.directory}", RANGE, pass_fds=[target.directory]), target)


def test_descriptor_of_a_process_that_is_gone(kind):
    """A directory whose process was reaped is refused."""
    with Target() as target:
        fd = os.dup(target.directory)
    assert_refused(run_tool(kind, f"fd:{fd}", RANGE, pass_fds=[fd]))
    os.close(fd)


@pytest.mark.parametrize("word", ("fd:{}x", "FD:{}", "fd:+{}", "fd: {}", "fd:0{}", "fd:-{}", " fd:{}", "fd:{} ",
                                  "fd{}", "pidfd:{}"))
def test_odd_spelling_of_a_descriptor(kind, word):
    """A descriptor, too, is spelled in one way only."""
    with Target() as target:
        fd = target.directory
        assert_refused(run_tool(kind, word.format(fd), RANGE, pass_fds=[fd]), target)


@pytest.mark.parametrize("number", (250, 2147483647, 2147483648, 4294967295, 4294967296))
def test_descriptor_that_is_not_open(kind, number):
    """Closed descriptors and numbers that are none are refused."""
    assert_refused(run_tool(kind, f"fd:{number}", RANGE))
