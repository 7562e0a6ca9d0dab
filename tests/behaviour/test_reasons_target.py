# SPDX-License-Identifier: BSD-3-Clause
"""Refusals because of the target process, and of whom it belongs to."""

import errno
import os

import pytest

import filters
from processes import ALICE, BOB, SIDE_GROUP, Target
from reasons import expect, produces
from test_pidfd import enter_pid_namespace

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)


@produces("kNoProcess")
def test_no_process(kind):
    """A pid of a process that is gone."""
    with Target() as target:
        pid = target.pid
    expect(kind, (pid, RANGE),
           f"{kind.tool}: Could not open proc directory for target {pid}: No such file or directory",
           f"no process {pid} is visible in /proc here",
           "a /proc mounted with hidepid hides other users' processes")


@produces("kBadDescriptor")
def test_closed_descriptor(kind):
    """fd:N where N is not open."""
    expect(kind, ("fd:250", RANGE), kind.usage, "file descriptor 250 cannot be used: Bad file descriptor")


@produces("kNotProcessDirectory")
@pytest.mark.parametrize("path, why", (("/etc", "Not a directory"), ("/proc", "No such file or directory")))
def test_no_process_directory(kind, path, why):
    """fd:N where N is something else."""
    fd = os.open(path, os.O_RDONLY)
    expect(kind, (f"fd:{fd}", RANGE), kind.usage,
           f'the target "fd:{fd}" is not the directory of a process in a proc filesystem: {why}',
           "open /proc/PID itself, with nothing mounted over it or over the files in it", pass_fds=[fd])
    os.close(fd)


def refuse_system_calls():
    for call in ("openat2", "statx"):
        filters.answer(call, errno.ENOSYS)


@produces("kOpenat2Missing")
def test_neither_openat2_nor_statx(kind):
    """A filter of a container refuses both."""
    with Target() as target:
        expect(kind, (target, RANGE), f"{kind.tool}: open of {kind.map_file} failed: Function not implemented",
               "the system calls openat2 and statx are refused, and without one of them files in /proc cannot be "
               "opened safely", "allow openat2 in the container's seccomp profile", unchanged=[target],
               prepare=refuse_system_calls)


def no_stat(kind, why):
    return f"{kind.tool}: Could not stat directory for target process: {why}"


@produces("kTargetGone")
@pytest.mark.parametrize("as_pidfd", (False, True), ids=("directory", "pidfd"))
def test_target_that_is_gone(kind, as_pidfd):
    """A descriptor outlives its process."""
    with Target() as target:
        fd = os.pidfd_open(target.pid) if as_pidfd else os.dup(target.directory)
    expect(kind, (f"fd:{fd}", RANGE), no_stat(kind, "No such process"), "the target process has ended", pass_fds=[fd])
    os.close(fd)


def refuse_fstat():
    for call in ("fstat", "newfstatat"):
        filters.answer(call, errno.EACCES)


@produces("kTargetUnreadable")
def test_unreadable_target(kind):
    """A filter of a container refuses to say whose it is."""
    with Target() as target:
        expect(kind, (target, RANGE), no_stat(kind, "Permission denied"), "fstat failed", unchanged=[target],
               prepare=refuse_fstat)


@produces("kPidfdOfElsewhere")
def test_pidfd_from_elsewhere(kind):
    """The tool runs where the process has no number."""
    with Target() as target:
        fd = os.pidfd_open(target.pid)
        expect(kind, (f"fd:{fd}", RANGE), kind.usage,
               f"file descriptor {fd} is a pidfd of a process that is not visible in the /proc here",
               f"start {kind.tool} where the process can be seen", unchanged=[target], pass_fds=[fd],
               prepare=enter_pid_namespace)
        os.close(fd)


def no_open(kind, why="Permission denied"):
    return f"{kind.tool}: open of {kind.map_file} failed: {why}"


@produces("kTargetIsZombie")
def test_zombie(kind):
    """A process that has ended and was not waited for."""
    with Target() as target:
        target.kill()
        expect(kind, (target, RANGE), no_open(kind),
               "the target process has ended and waits for its parent to notice", unchanged=[target])


@produces("kTargetNotDumpable")
def test_not_dumpable(kind):
    """A process whose map is root's to write."""
    with Target(dumpable=False) as target:
        expect(kind, (target, RANGE), no_open(kind),
               f"the target process is not dumpable, so its {kind.map_file} belongs to root and only root may write it",
               "it has executed a set-id program, an unreadable one, or called prctl(PR_SET_DUMPABLE, 0); map it "
               "before that", unchanged=[target])


# ---- whose it is ---------------------------------------------------------------------------------------------------

def other_user(kind, target_uid, gid, target_gid):
    return (f"{kind.tool}: Target process is owned by a different user: uid:{ALICE.uid} pw_uid:{ALICE.uid} "
            f"st_uid:{target_uid}, gid:{gid} pw_gid:{ALICE.gid} st_gid:{target_gid}")


@produces("kTargetOfOtherUser")
def test_other_user(kind):
    """A process of bob's."""
    with Target(BOB) as target:
        expect(kind, (target, RANGE), other_user(kind, BOB.uid, ALICE.gid, BOB.gid),
               f"the target process runs as uid {BOB.uid}, the caller is uid {ALICE.uid}",
               "only one's own processes can be given a map", unchanged=[target])


@produces("kTargetOfOtherGroup")
def test_other_group(kind):
    """A process of alice's with another group."""
    with Target(gid=SIDE_GROUP) as target:
        expect(kind, (target, RANGE), other_user(kind, ALICE.uid, ALICE.gid, SIDE_GROUP),
               f"the uid is right, but the target process runs as gid {SIDE_GROUP} and the caller as gid {ALICE.gid}",
               "start both with the same group", unchanged=[target])


@produces("kCallerNotInPrimaryGroup")
def test_caller_in_another_group(kind):
    """Both have another group than the account."""
    with Target(gid=SIDE_GROUP) as target:
        expect(kind, (target, RANGE), other_user(kind, ALICE.uid, SIDE_GROUP, SIDE_GROUP),
               f"the uid is right, but the caller runs as gid {SIDE_GROUP}, and the primary group of his account is "
               f"{ALICE.gid}",
               "run caller and target with the primary group (newgrp), or as root: GRANT_AUX_GROUP_SUBIDS yes in "
               "/etc/login.defs", unchanged=[target], gid=SIDE_GROUP)
