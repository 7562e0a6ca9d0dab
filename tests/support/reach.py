# SPDX-License-Identifier: BSD-3-Clause
"""Everything that one process can try on another: each attempt raises the OSError that it gets."""

import ctypes
import os
import pickle
import resource
from contextlib import contextmanager

from processes import ALICE, LIBC, become

PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
READABLE = ("mem", "environ", "maps", "smaps", "auxv", "syscall", "stack", "personality", "pagemap", "io", "fd",
            "fdinfo", "map_files", "task/{}/fd", "task/{}/mem", "task/{}/environ")
WRITABLE = ("mem", "clear_refs", "oom_score_adj", "comm", "coredump_filter", "timerslack_ns", "autogroup", "uid_map",
            "gid_map", "setgroups", "loginuid", "attr/current")
LINKS = ("exe", "cwd", "root", "ns/user", "ns/mnt", "fd/3")
LIMITS = ("NOFILE", "AS", "DATA", "STACK", "FSIZE", "CPU", "NPROC")


class Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


def call(function, *arguments):
    """A function of libc, failing as those of Python do."""
    ctypes.set_errno(0)
    if function(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "")


def steal_descriptor(pid):
    pidfd = os.pidfd_open(pid)
    call(LIBC.pidfd_getfd, pidfd, 3, 0)


def copy_memory(function, pid):
    space = Vector(ctypes.addressof(ctypes.create_string_buffer(8)), 8)
    call(function, pid, ctypes.byref(space), ctypes.c_ulong(1), ctypes.byref(space), ctypes.c_ulong(1),
         ctypes.c_ulong(0))


def limit(pid, which):
    resource.prlimit(pid, which, (0, 0))


def limiting(pid):
    """What prlimit(2) can do, by name."""
    yield "prlimit read", lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE)
    for which in LIMITS:
        yield f"prlimit {which}", lambda which=which: limit(pid, getattr(resource, f"RLIMIT_{which}"))


def looking(pid):
    """What reads or changes its memory, its descriptors and its files in /proc, by name."""
    for request in (PTRACE_SEIZE, PTRACE_ATTACH):
        yield f"ptrace {request}", lambda request=request: call(LIBC.ptrace, request, pid, None, None)
    yield "pidfd_getfd", lambda: steal_descriptor(pid)
    for function in (LIBC.process_vm_readv, LIBC.process_vm_writev):
        yield function.__name__, lambda function=function: copy_memory(function, pid)
    for name, flags in [(name, os.O_RDONLY) for name in READABLE] + [(name, os.O_WRONLY) for name in WRITABLE]:
        path = f"/proc/{pid}/{name.format(pid)}"
        if os.path.exists(path):
            yield f"open {name} {flags}", lambda path=path, flags=flags: _open_and_use(path, flags)
    for name in LINKS:
        yield f"readlink {name}", lambda name=name: os.readlink(f"/proc/{pid}/{name}")


def attempts(pid):
    """Everything, by name."""
    yield from limiting(pid)
    yield from looking(pid)


def _open_and_use(path, flags):
    """Some files may be opened by all, and then say no."""
    fd = os.open(path, flags)
    if os.path.isdir(path):
        os.listdir(fd)
    elif flags == os.O_RDONLY:
        os.read(fd, 1)
    else:
        os.write(fd, b"0")


def outcome(attempt):
    """Its errno, 0 if it has succeeded."""
    try:
        attempt()
    except OSError as error:
        return error.errno
    return 0


def as_alice(function):
    """What the function returns in a process of alice's."""
    answer, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            become(ALICE)
            os.write(ready, pickle.dumps(function()))
        finally:
            os._exit(0)
    os.close(ready)
    with os.fdopen(answer, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(said)


def starve(pid):
    """Takes away the descriptors that it has not opened yet, as alice, if she may."""
    as_alice(lambda: outcome(lambda: limit(pid, resource.RLIMIT_NOFILE)))


@contextmanager
def suid_dumpable(value):
    """The machine's setting, for a moment."""
    path = "/proc/sys/fs/suid_dumpable"
    with open(path) as file:
        before = file.read()
    try:
        with open(path, "w") as file:
            file.write(str(value))
        yield
    finally:
        with open(path, "w") as file:
            file.write(before)
