# SPDX-License-Identifier: BSD-3-Clause
"""Runs a tool and whatever it starts, call by call, and does something to one of its processes before the call N."""

import ctypes
import os
import signal

from processes import ALICE, LIBC, become
from support import SCRATCH

TRACEME, CONT, SYSCALL, SETOPTIONS = 0, 7, 24, 0x4200
TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE, EXITKILL = 1, 2, 4, 8, 1 << 20
SYSCALL_STOP = signal.SIGTRAP | 0x80


def ptrace(request, pid, data=0):
    if LIBC.ptrace(ctypes.c_long(request), ctypes.c_long(pid), None, ctypes.c_void_p(data)) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def run_stepped(kind, words, act, whom, step, calls=None):
    """act(pid) happens before the call `step`, from 0, of the tool itself (whom 0) or of what it starts first (whom 1).
    Returns whether there was such a call; `calls` gets the process of each. What the tool leaves
    behind is killed."""
    tool = os.fork()
    if tool == 0:
        try:
            null = os.open("/dev/null", os.O_RDWR)
            for fd in range(3):
                os.dup2(null, fd)
            ptrace(TRACEME, 0)  # as root: what one without privilege traces gets none by exec
            become(ALICE)
            os.kill(os.getpid(), signal.SIGSTOP)
            os.execve(f"{SCRATCH}/tools/{kind.tool}", [kind.tool, *map(str, words)], {})
        finally:
            os._exit(127)
    os.waitpid(tool, 0)
    ptrace(SETOPTIONS, tool, TRACESYSGOOD | TRACEFORK | TRACEVFORK | TRACECLONE | EXITKILL)
    ptrace(SYSCALL, tool)
    return _follow(tool, act, whom, step, [] if calls is None else calls)


def _follow(tool, act, whom, step, calls):
    processes = [tool]  # in the order in which they were started
    ended = set()
    inside = {}         # whether a process is between the beginning and the end of a call
    acted = False
    while not ended.issuperset(processes):
        pid, status = os.waitpid(-1, 0x40000000)  # __WALL
        if pid not in processes:
            processes.append(pid)
        if not os.WIFSTOPPED(status):
            ended.add(pid)
            if pid == tool:
                for other in set(processes) - ended:
                    os.kill(other, signal.SIGKILL)
            continue
        sig = os.WSTOPSIG(status)
        deliver = 0
        if sig == SYSCALL_STOP:
            inside[pid] = not inside.get(pid, False)
            if inside[pid]:
                calls.append(pid)
                if not acted and processes.index(pid) == whom and calls.count(pid) == step + 1:
                    acted = True
                    act(pid)
        elif sig not in (signal.SIGTRAP, signal.SIGSTOP):
            deliver = sig
        elif sig == signal.SIGSTOP and acted and processes.index(pid) == whom and status >> 16 == 0:
            continue  # stays stopped, as it would without a tracer
        try:
            ptrace(SYSCALL, pid, deliver)
        except ProcessLookupError:
            pass  # killed
    return acted
