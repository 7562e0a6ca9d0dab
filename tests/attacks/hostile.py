# SPDX-License-Identifier: BSD-3-Clause
"""Seccomp filters and listeners as whoever starts a container has them: installed by the caller, with CAP_SYS_ADMIN and
without no_new_privs, as the last thing before exec."""

import ctypes
import fcntl
import os
import select
import signal
import struct

from filters import Program
from processes import LIBC, check

KILL_PROCESS, KILL_THREAD, TRAP, ERRNO, NOTIFY, ALLOW = (0x80000000, 0x00000000, 0x00030000, 0x00050000, 0x7FC00000,
                                                         0x7FFF0000)
SYS_SECCOMP, SYS_KILL, SYS_CAPSET, SYS_PIDFD_GETFD = 317, 62, 126, 438
SET_MODE_FILTER, NEW_LISTENER = 1, 8
PR_SET_KEEPCAPS = 8
CAP_SYS_ADMIN, CAP_AUDIT_WRITE = 21, 29
RECEIVE, SEND, CONTINUE = 0xC0502100, 0xC0182101, 1
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
_FIRST_ARGUMENT = 16  # offset in struct seccomp_data


def keep_capabilities():
    """Over the change to the caller."""
    check(LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))


def regain_sys_admin(inheritable=0):
    """CAP_SYS_ADMIN and nothing else: exec takes it, and what exec gives is then gained. `inheritable` is a mask."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    bit = 1 << CAP_SYS_ADMIN
    check(LIBC.syscall(SYS_CAPSET, header, (ctypes.c_uint32 * 6)(bit, bit | inheritable, inheritable, 0, 0, 0)))


def install(numbers, action, flags=0, argument=None):
    """The action for these calls, or for those with this first argument; every other one is made. Returns what the
    kernel does."""
    words = [struct.pack("=HBBI", _LOAD, 0, 0, 0)]
    for number in numbers:
        if argument is None:
            words += [struct.pack("=HBBI", _JUMP_IF_EQUAL, 0, 1, number), struct.pack("=HBBI", _RETURN, 0, 0, action)]
        else:
            words += [struct.pack("=HBBI", _JUMP_IF_EQUAL, 0, 4, number),
                      struct.pack("=HBBI", _LOAD, 0, 0, _FIRST_ARGUMENT),
                      struct.pack("=HBBI", _JUMP_IF_EQUAL, 0, 1, argument), struct.pack("=HBBI", _RETURN, 0, 0, action),
                      struct.pack("=HBBI", _LOAD, 0, 0, 0)]
    words.append(struct.pack("=HBBI", _RETURN, 0, 0, ALLOW))
    program = Program(len(words), b"".join(words))
    answer = LIBC.syscall(SYS_SECCOMP, SET_MODE_FILTER, flags, ctypes.byref(program))
    if answer < 0:
        check(answer)
    return answer


def filtered(number, action):
    """How to start a run with such a filter."""
    def late():
        regain_sys_admin()
        install([number], action)

    return {"prepare": keep_capabilities, "late": late}


def listened_to(number):
    """How to start a run that is stopped, with a listener for a call, before it executes the tool."""
    def late():
        regain_sys_admin()
        pid = os.getpid()
        install([number], NOTIFY, NEW_LISTENER)
        LIBC.syscall(SYS_KILL, pid, signal.SIGSTOP)

    return {"prepare": keep_capabilities, "late": late}


class Listener:
    """What the caller of a run that was started so holds: it is asked for each call."""

    def __init__(self, run):
        os.waitpid(run.pid, os.WUNTRACED)
        pidfd = os.pidfd_open(run.pid)
        number = next(int(fd) for fd in os.listdir(f"/proc/{run.pid}/fd")
                      if "seccomp" in os.readlink(f"/proc/{run.pid}/fd/{fd}"))
        self.fd = LIBC.syscall(SYS_PIDFD_GETFD, pidfd, number, 0)
        assert self.fd >= 0
        os.close(pidfd)
        os.kill(run.pid, signal.SIGCONT)

    def heard(self, seconds):
        """The next call: its id and whose it is; None when there is none any more."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        events = poll.poll(seconds * 1000)
        assert events, "a hang"
        if not events[0][1] & select.POLLIN:
            return None
        message = bytearray(80)
        try:
            fcntl.ioctl(self.fd, RECEIVE, message)
        except OSError:
            return None
        return struct.unpack_from("=QI", message)

    def let(self, identity):
        """Has the kernel make it."""
        self._send(struct.pack("=QqiI", identity, 0, 0, CONTINUE))

    def answer(self, identity, value=0, error=0):
        self._send(struct.pack("=QqiI", identity, value, -error, 0))

    def _send(self, message):
        try:
            fcntl.ioctl(self.fd, SEND, bytearray(message))
        except FileNotFoundError:
            pass  # its process is gone

    def close(self):
        os.close(self.fd)
