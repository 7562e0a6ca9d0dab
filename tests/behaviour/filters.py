# SPDX-License-Identifier: BSD-3-Clause
"""Seccomp filters that answer in place of the kernel, as a container runtime installs them: as root, so that exec still
gives privilege."""

import ctypes
import platform
import struct

from processes import LIBC, check

_NUMBERS = {
    "x86_64": {"write": 1, "fstat": 5, "setitimer": 38, "socket": 41, "openat": 257, "newfstatat": 262,
               "unshare": 272, "prlimit64": 302, "statx": 332, "openat2": 437, "faccessat2": 439},
    "aarch64": {"write": 64, "fstat": 80, "unshare": 97,
                "setitimer": 103, "socket": 198, "openat": 56, "newfstatat": 79,
                "prlimit64": 261, "statx": 291, "openat2": 437, "faccessat2": 439},
    "riscv64": {"write": 64, "fstat": 80, "unshare": 97,
                "setitimer": 103, "socket": 198, "openat": 56, "newfstatat": 79,
                "prlimit64": 261, "statx": 291, "openat2": 437, "faccessat2": 439},
}[platform.machine()]
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


class Program(ctypes.Structure):
    """struct sock_fprog"""
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _instruction(code, value, if_so=0, if_not=0):
    return struct.pack("=HBBI", code, if_so, if_not, value)


def answer(call, error, argument=None, value=None):
    """Answers a system call with an errno, or with success undone if that is 0; only where an argument has a value, if
    one is given, as far as its low half goes."""
    conditions = [(0, _NUMBERS[call])] + ([] if argument is None else [(16 + 8 * argument, value)])
    words = []
    for i, (offset, wanted) in enumerate(conditions):
        behind = 2 * (len(conditions) - 1 - i) + 1  # the instructions up to the one that allows
        words += [_instruction(_LOAD, offset), _instruction(_JUMP_IF_EQUAL, wanted, 0, behind)]
    words += [_instruction(_RETURN, _ERRNO | error), _instruction(_RETURN, _ALLOW)]
    program = Program(len(words), b"".join(words))
    check(LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0))
