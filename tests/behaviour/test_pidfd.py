# SPDX-License-Identifier: BSD-3-Clause
"""Targets given as fd:N where N is a pidfd, which names one process for good."""

import ctypes
import errno
import os
import signal
import threading

import pytest

from processes import BOB, CLONE_NEWNS, CLONE_NEWPID, LIBC, Target, check, mount
from support import assert_granted, assert_refused, run_tool

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)
SYS_CLONE3, CLONE_PIDFD = 435, 0x1000
PIDFD_THREAD = os.O_EXCL


class ClonedTarget(Target):
    """A target that came with its pidfd, as from clone(2) with CLONE_PIDFD."""

    def fork(self):
        pidfd = ctypes.c_int(-1)
        # struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls
        arguments = (ctypes.c_uint64 * 8)(CLONE_PIDFD, ctypes.addressof(pidfd), 0, 0, signal.SIGCHLD, 0, 0, 0)
        pid = LIBC.syscall(SYS_CLONE3, arguments, ctypes.sizeof(arguments))
        assert pid >= 0
        self.pidfd = pidfd.value
        return pid


def pidfd_of(target):
    return target.pidfd if isinstance(target, ClonedTarget) else os.pidfd_open(target.pid)


def run_on(kind, pidfd, **start):
    """Runs the tool for the process of a pidfd, which it closes."""
    result = run_tool(kind, f"fd:{pidfd}", RANGE, pass_fds=[pidfd], **start)
    os.close(pidfd)
    return result


both_origins = pytest.mark.parametrize("origin", (Target, ClonedTarget), ids=("pidfd_open", "clone"))


@both_origins
def test_live_process(kind, origin):
    """A pidfd is as good as the pid, wherever it comes from."""
    with origin() as target:
        assert_granted(run_on(kind, pidfd_of(target)), target, kind, RANGE)


@both_origins
def test_zombie(kind, origin):
    """A process that has ended is refused, also while its number is still its own."""
    with origin() as target:
        pidfd = pidfd_of(target)
        target.kill()
        assert_refused(run_on(kind, pidfd), target)


@both_origins
def test_process_that_was_reaped(kind, origin):
    """A pidfd outlives its process, and leads nowhere then."""
    with origin() as target:
        pidfd = pidfd_of(target)
    assert_refused(run_on(kind, pidfd))


@both_origins
def test_process_that_has_ended_is_named(kind, origin):
    """The diagnosis for both is that the process has ended."""
    with origin() as target:
        pidfd = os.dup(pidfd_of(target))
        target.kill()
        assert "the target process has ended" in run_on(kind, pidfd_of(target)).detail
    assert "the target process has ended" in run_on(kind, pidfd).detail


def test_process_of_another_user(kind):
    """A pidfd gives no right that the pid would not give."""
    with Target(BOB) as target:
        assert_refused(run_on(kind, os.pidfd_open(target.pid)), target)


def test_process_of_another_user_is_named(kind):
    """It is found, and judged as by its pid."""
    with Target(BOB) as target:
        first = run_on(kind, os.pidfd_open(target.pid)).first
        assert first == run_tool(kind, target, RANGE).first
        assert "Target process is owned by a different user" in first


def enter_pid_namespace():
    """The tool becomes process 1 of a pid namespace with a /proc of its own; the process that was to become the tool
    stays behind and ends as the tool does."""
    check(LIBC.unshare(CLONE_NEWPID | CLONE_NEWNS))
    child = os.fork()
    if child != 0:
        os.closerange(0, 1024)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    mount("proc", "/proc", "proc")


def test_process_of_another_pid_namespace(kind):
    """A process that /proc has no number for cannot be found there."""
    with Target() as target:
        assert_refused(run_on(kind, os.pidfd_open(target.pid), prepare=enter_pid_namespace), target)


def test_process_of_another_pid_namespace_is_named(kind):
    """The diagnosis tells it from a process that has ended."""
    with Target() as target:
        pidfd = os.pidfd_open(target.pid)
        detail = run_on(kind, pidfd, prepare=enter_pid_namespace).detail
        assert f"descriptor {pidfd} is a pidfd of a process that is not visible in the /proc here" in detail


def pidfd_of_thread(target):
    """That of its process before Linux 6.9, which has no pidfds of threads."""
    try:
        return os.pidfd_open(target.tid, PIDFD_THREAD)
    except OSError as error:
        assert error.errno == errno.EINVAL
        return os.pidfd_open(target.pid)


class ThreadedTarget(Target):
    """A target with one thread more, whose number is its `tid`."""

    def live(self):
        thread = threading.Thread(target=threading.Event().wait, daemon=True)
        thread.start()
        os.write(self.kept[0], str(thread.native_id).encode())
        super().live()

    def __enter__(self):
        answer, said = os.pipe()
        self.kept = (said,)
        super().__enter__()
        self.tid = int(os.read(answer, 16))
        os.close(answer)
        os.close(said)
        return self


def test_thread_by_its_number(kind):
    """A thread has the namespace of its process, and a directory in /proc."""
    with ThreadedTarget() as target:
        assert target.tid != target.pid
        assert_granted(run_tool(kind, target.tid, RANGE), target, kind, RANGE)


def test_thread_by_its_pidfd(kind):
    """The same by the pidfd of a thread, where the kernel has such."""
    with ThreadedTarget() as target:
        assert_granted(run_on(kind, pidfd_of_thread(target)), target, kind, RANGE)
