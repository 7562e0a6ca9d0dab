# SPDX-License-Identifier: BSD-3-Clause
"""A log that is broken costs a moment and the record, never the map; limits that the caller has set cost the map."""

import os
import resource
import socket
import time

import pytest

from log import INFO, PATH, Log
from processes import Target
from support import SCRATCH, UID, assert_granted, assert_refused, grant, put, remove, run_tool

RANGE = (0, 100000, 65536)
NO_RECORD = "newuidmap: cannot put the map on record"


def expect_map(kind):
    grant(kind, "alice:100000:65536")
    with Target() as target:
        start = time.monotonic()
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        return time.monotonic() - start


def test_absent(kind):
    expect_map(kind)


def test_full(kind):
    """A log daemon that hangs reads nothing, and glibc's syslog(3) would wait for it for ever."""
    with Log() as log:
        log.fill()
        assert expect_map(kind) < 1
        assert all(line.text == b"x" for line in log.lines())


def test_full_for_a_refusal(kind):
    with Log() as log, Target() as target:
        log.fill()
        assert_refused(run_tool(kind, target, RANGE), target)


def test_room_again(kind):
    """What did not fit is lost; what comes later is not."""
    with Log() as log:
        log.fill()
        expect_map(kind)
        log.lines()
        expect_map(kind)
        assert b" res=success" in log.lines()[0].text


def test_dead(kind):
    """A daemon that has ended leaves its socket."""
    with Log() as log:
        log.socket.close()
        expect_map(kind)


def test_stream(kind):
    """Not what a log daemon has nowadays; nobody is waited for."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.bind(PATH)
        stream.listen(0)
        expect_map(kind)
    remove(PATH)


@pytest.mark.parametrize("make", (lambda: os.mkdir(PATH), lambda: put(PATH, ""), lambda: os.mkfifo(PATH),
                                  lambda: os.symlink("nowhere", PATH), lambda: os.symlink("log", PATH)),
                         ids=("directory", "file", "fifo", "dangling", "loop"))
def test_no_socket(kind, make):
    make()
    expect_map(kind)


def test_link(kind):
    """journald's."""
    with Log(f"{SCRATCH}/journal") as log:
        os.symlink(f"{SCRATCH}/journal", PATH)
        expect_map(kind)
        line, = log.lines()
        assert line.text.startswith(b"<%d>" % INFO)
    remove(f"{SCRATCH}/journal")


def test_closed_to_the_caller(kind):
    """It is he who writes to it, not root."""
    with Log() as log:
        os.chmod(PATH, 0o600)
        expect_map(kind)
        assert log.lines() == []


def use_up_descriptors():
    """All that the caller may have are open, and are inherited."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    for fd in range(3, 64):
        os.dup2(0, fd)


def test_no_descriptor_left():
    """Where there is a log, a caller who has left no descriptor for it gets no map."""
    grant(UID, "alice:100000:65536")
    with Log() as log, Target() as target:
        result = run_tool(UID, target, RANGE, prepare=use_up_descriptors, close_fds=False)
        assert_refused(result, target)
        assert result.stderr.splitlines() == [
            NO_RECORD,
            "newuidmap: reason: the system log is there, but socket failed: Too many open files",
            "newuidmap: hint: a limit of the caller refuses it: open files (ulimit -Hn) or memory"]
        assert log.lines() == []


def test_no_descriptor_left_and_no_log():
    """Where there is none, he loses nothing."""
    grant(UID, "alice:100000:65536")
    with Target() as target:
        result = run_tool(UID, target, RANGE, prepare=use_up_descriptors, close_fds=False)
        assert_granted(result, target, UID, RANGE)
