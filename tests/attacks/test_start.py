# SPDX-License-Identifier: BSD-3-Clause
"""What exec lets the caller choose, beyond tests/behaviour/test_start_conditions.py: the outcome is the same, or the
start is refused with a reason."""

import ctypes
import fcntl
import itertools
import os
import pty
import resource
import select
import socket
import termios
from dataclasses import replace

import pytest

from attacked import RANGE, REFUSED, Run, Targets, expect_exact_or_refused, run, words_of
from processes import ALICE, CLONE_NEWNS, LIBC, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, ROOT, check, mount, prctl
from support import GID, SCRATCH, UID, grant

PR_SET_SECUREBITS, PR_SET_TIMERSLACK, PR_SET_THP_DISABLE = 28, 29, 41
NOROOT, NO_SETUID_FIXUP, KEEP_CAPS, NO_AMBIENT = 1, 4, 16, 64
SUBSETS_OF_BITS = [some for size in range(5)
                   for some in itertools.combinations((NOROOT, NO_SETUID_FIXUP, KEEP_CAPS, NO_AMBIENT), size)]
PERSONALITIES = {name: 1 << bit for bit, name in (
    (18, "no_randomize"), (19, "function_descriptors"), (20, "page_zero"), (21, "compat_layout"),
    (22, "read_implies_exec"), (23, "limit_32bit"), (24, "short_inode"), (25, "whole_seconds"),
    (26, "sticky_timeouts"), (27, "limit_3gb"))} | {"linux32": 8}
SYS_EXECVEAT, SYS_IOPRIO_SET = 322, 251
AT_EMPTY_PATH = 0x1000


def same_as_ever(kind, **start):
    """One run that is granted and one that is refused."""
    with Targets() as targets:
        ended = run(kind, target := targets.get(), RANGE, **start)
        assert expect_exact_or_refused(ended, target, kind, RANGE), ended
        ended = run(kind, target := targets.get(), RANGE, REFUSED, **start)
        assert not expect_exact_or_refused(ended, target, kind, RANGE, REFUSED), ended


@pytest.mark.parametrize("name", PERSONALITIES)
def test_personality(kind, name):
    same_as_ever(kind, late=lambda: LIBC.personality(PERSONALITIES[name]))


PROCESS_STATES = {
    "dumpable": lambda: prctl(PR_SET_DUMPABLE, 1),
    "subreaper": lambda: prctl(PR_SET_CHILD_SUBREAPER, 1),
    "timer_slack": lambda: prctl(PR_SET_TIMERSLACK, 4_000_000_000),
    "no_huge_pages": lambda: prctl(PR_SET_THP_DISABLE, 1),
    "session": os.setsid,
    "nice": lambda: os.nice(19),
    "batch": lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)),
    "one_processor": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    "idle_io": lambda: check(LIBC.syscall(SYS_IOPRIO_SET, 1, 0, 3 << 13)),
    "locked_memory": lambda: LIBC.mlockall(7),
}


@pytest.mark.parametrize("name", PROCESS_STATES)
def test_process_state(kind, name):
    same_as_ever(kind, late=PROCESS_STATES[name])


@pytest.mark.parametrize("locked", (False, True), ids=("open", "locked"))
@pytest.mark.parametrize("bits", [sum(some) for some in SUBSETS_OF_BITS])
def test_securebits(mode, bits, locked):
    """Every combination of the bits that are no locks: the exact map, or a reason."""
    with Targets() as targets:
        for kind in (UID, GID):
            value = bits | (0xAA if locked else 0)
            ended = run(kind, target := targets.get(), RANGE, prepare=lambda: prctl(PR_SET_SECUREBITS, value))
            mapped = expect_exact_or_refused(ended, target, kind, RANGE)
            assert mapped == (mode == "fcaps" or not (bits & NOROOT or locked)), ended


def open_zoo():
    """Descriptors of every kind, low and high."""
    highest = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65536) - 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, highest + 1))
    epoll = select.epoll()
    one, other = socket.socketpair()
    kinds = [os.eventfd(0), epoll.fileno(), one.fileno(), other.fileno(), os.memfd_create("zoo"),
             os.pidfd_open(os.getpid()), os.open("/proc/self/mem", os.O_RDWR), os.open("/proc/self/uid_map", os.O_RDWR),
             os.open("/proc/self/ns/user", os.O_RDONLY), os.open("/etc", os.O_PATH), os.open("/dev/full", os.O_RDWR),
             os.open("/proc/1", os.O_RDONLY), *os.pipe()]
    for number, fd in enumerate(kinds):
        for place in (3 + number, 1000 + number, highest - number):
            if place != fd:
                os.dup2(fd, place, inheritable=True)


def test_descriptors_of_every_kind(kind):
    same_as_ever(kind, prepare=open_zoo)


@pytest.mark.parametrize("closed", [fds for size in range(1, 4) for fds in itertools.combinations(range(3), size)],
                         ids=lambda fds: "".join(map(str, fds)))
def test_closed_streams_of_root(kind, closed):
    """Who gains nothing by exec; tests/behaviour has alice."""
    grant(kind, "root:100000:65536")
    with Targets(ROOT) as targets:
        for extent in (RANGE, REFUSED):
            target = targets.get()
            ended = run(kind, target, extent, user=ROOT, late=lambda: [os.close(fd) for fd in closed])
            assert expect_exact_or_refused(ended, target, kind, extent, quiet=2 in closed) == (extent == RANGE), ended


def test_groups(kind):
    """As many as the kernel takes."""
    crowd = replace(ALICE, groups=(ALICE.gid, *range(200000, 265535)))
    same_as_ever(kind, user=crowd)


@pytest.mark.parametrize("make", ("removed", "unreadable", "foreign"))
def test_working_directory(kind, make):
    path = f"{SCRATCH}/there"
    os.makedirs(path, exist_ok=True)
    os.chmod(path, 0o755)

    def go():
        os.chdir(path)
        if make == "removed":
            os.rmdir(path)
        else:
            os.chmod(path, 0o000 if make == "unreadable" else 0o700)

    def there():
        os.makedirs(path, exist_ok=True)
        go()

    same_as_ever(kind, prepare=there)


@pytest.mark.parametrize("options", ("subset=pid", "hidepid=4", "hidepid=4,subset=pid", "hidepid=1"))
def test_proc_with_options(kind, options):
    """All that a run needs of /proc is the target, and where the rest is not there, it does without."""
    def mount_proc():
        check(LIBC.unshare(CLONE_NEWNS))
        mount("proc", "/proc", "proc", options=options)

    same_as_ever(kind, prepare=mount_proc)


def test_no_name_and_no_path(kind):
    """execveat(2) of a descriptor, with an empty list: usage, as with no argument."""
    def late():
        tool = os.open(f"{SCRATCH}/tools/{kind.tool}", os.O_PATH | os.O_CLOEXEC)
        empty = (ctypes.c_char_p * 1)(None)
        LIBC.syscall(SYS_EXECVEAT, tool, b"", empty, empty, AT_EMPTY_PATH)

    ended = Run(kind, [], late=late).wait()
    assert ended.status == 1
    assert ended.said.startswith(f"usage: {kind.tool} ")


def test_terminal_that_stops_background_processes(kind):
    """TOSTOP: SIGTTOU is blocked like the rest, and the message comes."""
    master, slave = pty.openpty()
    attributes = termios.tcgetattr(slave)
    attributes[3] |= termios.TOSTOP
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    name = os.ttyname(slave)

    def late():
        """The session's leader waits in the foreground for its child, which becomes the tool."""
        os.setsid()
        os.dup2(os.open(name, os.O_RDWR), 2)
        fcntl.ioctl(2, termios.TIOCSCTTY, 0)
        child = os.fork()
        if child:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os.setpgid(0, 0)

    os.chmod(name, 0o666)
    with Targets() as targets:
        target = targets.get()
        ended = Run(kind, words_of(kind, target, [REFUSED]), late=late).wait()
        assert (ended.status, target.state()) == (1, target.before)
        assert os.read(master, 4096).decode().startswith(f"{kind.tool}: ")
    os.close(master)
    os.close(slave)
