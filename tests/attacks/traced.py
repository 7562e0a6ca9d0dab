# SPDX-License-Identifier: BSD-3-Clause
"""Runs of the pair, call by call, by ptrace(2) as root, which leaves set-id bits and file capabilities their effect.
Calls can be answered in place of the kernel. What is known here of registers is that of x86-64."""

import ctypes
import os
import platform
import signal
from contextlib import contextmanager

import pytest

from attacked import PATIENCE, Ended, Run
from processes import LIBC

SEIZE, PEEKUSER, POKEUSER, CONT, SYSCALL, DETACH = 0x4206, 3, 6, 7, 24, 17
TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC, EXITKILL = 1, 2, 4, 8, 16, 1 << 20
EVENT_EXEC, EVENT_STOP, ALL = 4, 128, 0x40000000
SYSCALL_STOP = signal.SIGTRAP | 0x80
AX, ORIG_AX, FIRST, SECOND = 8 * 10, 8 * 15, 8 * 14, 8 * 13  # offsets in struct user_regs_struct
NO_CALL = -1
RT_SIGPROCMASK, EXIT_GROUP, WRITE, PRCTL, CAPSET, SENDTO, SETRESUID, SECCOMP = 14, 231, 1, 157, 126, 44, 117, 317

if platform.machine() != "x86_64":
    pytest.exit("these tests know the registers of x86-64 alone", returncode=4)

LIBC.ptrace.restype = ctypes.c_long


def ptrace(request, pid, address=0, data=0):
    ctypes.set_errno(0)
    answer = LIBC.ptrace(ctypes.c_long(request), ctypes.c_long(pid), ctypes.c_void_p(address), ctypes.c_void_p(data))
    if answer == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


class Hang(Exception):
    """A run that does not end."""


@contextmanager
def watchdog():
    """Ends what waits for a process."""
    def bark(*_):
        raise Hang

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Trace:
    """One run. at(index, pid, number) is asked before each call of the process `whom`, in the order in which processes
    are started: None lets it be made, a number is its answer. after(index, pid) is told when it returns."""

    def __init__(self, kind, words, at=None, after=None, whom=0, detach=True, **start):
        self.at, self.after, self.whom, self.detach = at, after, whom, detach
        self.calls = []       # numbers of the calls of `whom`, behind its exec
        self.first = []       # the first argument of each
        self.processes, self.ended = [], {}
        self.inside, self.answers, self.executed = {}, {}, set()
        self.processors = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {max(self.processors)})  # both on one: each stop is a switch between the two
        try:
            self.run = Run(kind, words, stop=True, **start)
        except BaseException:
            os.sched_setaffinity(0, self.processors)
            raise
        self.tool = self.run.pid

    def to_the_end(self):
        """Returns how it has ended; what the tool has left behind is killed."""
        try:
            return self._to_the_end()
        finally:
            os.sched_setaffinity(0, self.processors)

    def _to_the_end(self):
        try:
            with watchdog():
                os.waitpid(self.tool, os.WUNTRACED)
                follow = TRACEFORK | TRACEVFORK | TRACECLONE if self.whom else 0
                ptrace(SEIZE, self.tool, 0, TRACESYSGOOD | TRACEEXEC | EXITKILL | follow)
                self.processes.append(self.tool)
                os.kill(self.tool, signal.SIGCONT)
                while self.tool not in self.ended:
                    self._step()
        except Hang:
            for pid in set(self.processes) - set(self.ended):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, ALL)
            raise AssertionError(f"a hang after {len(self.calls)} calls: {self.run.said()}") from None
        for pid in set(self.processes) - set(self.ended):
            self._kill(pid)
        return Ended(self.ended[self.tool], self.run.said(), self.calls)

    @staticmethod
    def _kill(pid):
        try:
            os.kill(pid, signal.SIGKILL)
            while not os.WIFSIGNALED(status := os.waitpid(pid, ALL)[1]) and not os.WIFEXITED(status):
                pass
        except (ChildProcessError, ProcessLookupError):
            pass  # reaped by its own parent, or by nobody of ours

    def _step(self):
        pid, status = os.waitpid(-1 if self.whom else self.tool, ALL)
        if pid not in self.processes:
            self.processes.append(pid)
        if not os.WIFSTOPPED(status):
            self.ended[pid] = os.waitstatus_to_exitcode(status)
            return
        deliver, event, how = 0, status >> 16, SYSCALL
        if os.WSTOPSIG(status) == SYSCALL_STOP:
            self.inside[pid] = not self.inside.get(pid, False)
            if self.processes.index(pid) == self.whom and (self.whom or pid in self.executed):
                how = self._call(pid)
        elif event == EVENT_EXEC:
            self.executed.add(pid)
        elif event == 0:
            deliver = os.WSTOPSIG(status)
        try:
            ptrace(how, pid, 0, deliver)
        except ProcessLookupError:
            pass  # killed

    def _call(self, pid):
        index = len(self.calls)
        try:
            if self.inside[pid]:
                number = ptrace(PEEKUSER, pid, ORIG_AX)
                answer = self.at(index, pid, number) if self.at else None
                if answer is not None:
                    self.answers[pid] = answer
                    ptrace(POKEUSER, pid, ORIG_AX, NO_CALL)
                self.first.append(ptrace(PEEKUSER, pid, FIRST))
                self.calls.append(number)
            elif pid in self.answers:
                ptrace(POKEUSER, pid, AX, self.answers.pop(pid))
                return DETACH if self.detach else SYSCALL
            elif self.after:
                self.after(index - 1, pid)
        except ProcessLookupError:
            pass
        return SYSCALL


def trace(kind, words, **options):
    return Trace(kind, words, **options).to_the_end()
