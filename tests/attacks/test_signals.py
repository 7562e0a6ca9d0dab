# SPDX-License-Identifier: BSD-3-Clause
"""Signals that the caller sends, from the first instruction on and all the time; and a parent that is not there."""

import ctypes
import os
import signal

import pytest

from attacked import RANGE, REFUSED, Run, Targets, expect_exact_or_refused, own, run, words_of
from processes import ALICE, LIBC, PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, become, prctl

UNBLOCKABLE = {signal.SIGKILL, signal.SIGSTOP}
EVERY = [number for number in range(1, 65) if number not in UNBLOCKABLE]  # 32 and 33 among them
RUNS = 40
SYS_RT_SIGPROCMASK, SIG_SETMASK = 14, 2


def block_all():
    """Those, too, that libc keeps for itself. Only so does the tool live to see its own handlers."""
    every = ctypes.c_uint64(0xFFFFFFFFFFFFFFFF)
    LIBC.syscall(SYS_RT_SIGPROCMASK, SIG_SETMASK, ctypes.byref(every), None, 8)


class Storm:
    """A process of alice's that sends these signals as long as there is a process."""

    def __init__(self, pid, numbers):
        self.pid = os.fork()
        if self.pid == 0:
            try:
                become(ALICE)
                while True:
                    for number in numbers:
                        LIBC.kill(pid, number)
            finally:
                os._exit(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@pytest.mark.parametrize("numbers", (EVERY, [signal.SIGSTOP, signal.SIGCONT], EVERY + [signal.SIGSTOP, signal.SIGCONT]),
                         ids=("all", "stop", "both"))
@pytest.mark.parametrize("extents", ([RANGE], [RANGE, REFUSED]), ids=("granted", "refused"))
def test_storm(kind, numbers, extents):
    """None of them ends a run, or changes what comes of it."""
    with Targets() as targets:
        for _ in range(RUNS):
            target = targets.get()
            started = Run(kind, words_of(kind, target, extents), prepare=block_all)
            with Storm(started.pid, numbers):
                ended = started.wait()
            assert expect_exact_or_refused(ended, target, kind, *extents) == (extents == [RANGE]), ended


@pytest.mark.parametrize("timer", (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF),
                         ids=("real", "virtual", "prof"))
def test_timers(kind, timer):
    """That go off again and again; before main they are deadly, which is the caller's doing."""
    deadly = (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF)
    with Targets() as targets:
        for i in range(RUNS):
            target = targets.get()
            delay = (i + 1) * 50e-6
            ended = run(kind, target, own(kind), late=lambda: signal.setitimer(timer, delay, delay))
            expect_exact_or_refused(ended, target, kind, own(kind), killed=deadly)


def test_parent_that_dies(kind):
    """With a signal ordered for that moment, which exec takes back: the tool asks nobody for its parent, and ends as
    ever."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    with Targets() as targets:
        for _ in range(RUNS):
            target = targets.get()
            answer, ready = os.pipe()
            parent = os.fork()
            if parent == 0:
                os.write(ready, str(Run(kind, words_of(kind, target, [RANGE]), late=die_with_parent).pid).encode())
                os._exit(0)
            os.close(ready)
            pid = int(os.read(answer, 16))
            os.close(answer)
            os.waitpid(parent, 0)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            assert (status, target.map(kind)) in ((0, [RANGE]), (-signal.SIGKILL, []))


def die_with_parent():
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
