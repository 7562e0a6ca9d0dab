# SPDX-License-Identifier: BSD-3-Clause
"""What a caller can do to uidmap-lookup while it runs with his own uid: end it, and nothing else."""

import ctypes
import errno
import os
import pickle
import resource
import signal
from contextlib import contextmanager

import pytest

import world
from processes import ALICE, LIBC, Target, become
from support import UID, start_tool
from world import no_lookup, no_policy, own

OUT_OF_REACH = {errno.EPERM, errno.EACCES}
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
READABLE = ("mem", "environ", "maps", "smaps", "auxv", "syscall", "stack", "personality", "pagemap", "io", "fd",
            "fdinfo", "map_files", "task/{}/fd", "task/{}/mem", "task/{}/environ")
WRITABLE = ("mem", "clear_refs", "oom_score_adj", "comm", "coredump_filter", "timerslack_ns", "autogroup", "uid_map",
            "gid_map", "setgroups", "loginuid", "attr/current")
LINKS = ("exe", "cwd", "root", "ns/user", "ns/mnt", "fd/3")


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


def attempts(pid):
    """Everything that reads or changes another process, by name."""
    yield "prlimit read", lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE)
    for which in ("NOFILE", "AS", "DATA", "STACK", "FSIZE", "CPU", "NPROC"):
        yield f"prlimit {which}", lambda which=which: limit(pid, getattr(resource, f"RLIMIT_{which}"))
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


def _open_and_use(path, flags):
    """Some files may be opened by all, and then say no."""
    fd = os.open(path, flags)
    if os.path.isdir(path):
        os.listdir(fd)
    elif flags == os.O_RDONLY:
        os.read(fd, 1)
    else:
        os.write(fd, b"0")


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


def outcome(attempt):
    try:
        attempt()
    except OSError as error:
        return error.errno
    return 0


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


@contextmanager
def hanging_policy():
    """A run that waits for a PAM module: the tool, its target, and the pid of uidmap-lookup."""
    world.order_pam("hang")
    fifo = world.open_fifo()
    with Target() as target:
        tool = start_tool(UID, target, own(UID))
        try:
            yield tool, target, world.marked(fifo)
        finally:
            os.close(fifo)
            tool.kill()
            tool.communicate()


@pytest.mark.parametrize("dumpable", (0, 1, 2))
def test_out_of_reach(dumpable):
    """It can neither be read nor traced nor limited, whatever the machine does with dumps of such programs."""
    with suid_dumpable(dumpable), hanging_policy() as (tool, _, pid):
        outcomes = as_alice(lambda: {name: outcome(attempt) for name, attempt in attempts(pid)})
        assert tool.poll() is None
    assert len(outcomes) > 30
    assert {name: error for name, error in outcomes.items() if error not in OUT_OF_REACH} == {}


def test_attempts_work_on_others():
    """The same attempts do reach a process of alice's that has no group of its own; what is left is not hers to do
    with any."""
    with Target() as target:
        outcomes = as_alice(lambda: {name: outcome(attempt) for name, attempt in attempts(target.pid)})
    for name in ("prlimit NOFILE", "prlimit read", "ptrace 16902", "open mem 0", "open fd 0", "readlink exe"):
        assert outcomes[name] not in OUT_OF_REACH, name


def parent_of(pid):
    return int(next(line.split()[1] for line in world.status_of(pid).splitlines() if line.startswith("PPid:")))


# The process that runs the module, and the one above it, which talks to the tool.
PROCESSES = pytest.mark.parametrize("choose, first, said", (
    (lambda pid: pid, no_policy, "a module ended the process that asked it"),
    (parent_of, no_lookup, "ended without an answer")), ids=("module", "above"))


@PROCESSES
@pytest.mark.parametrize("number", (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGHUP, signal.SIGRTMIN))
def test_signals(number, choose, first, said):
    """The caller may end it, with any signal, and so has no answer."""
    with hanging_policy() as (tool, target, pid):
        as_alice(lambda: os.kill(choose(pid), number))
        _, err = tool.communicate(timeout=5)
        assert tool.returncode == 1
        assert err.decode().startswith(first(UID) + "\n")
        assert said in err.decode()
        assert target.state() == target.before


def test_tool_is_killed():
    """What it has started ends with it, though it hangs."""
    with hanging_policy() as (tool, target, pid):
        pidfd = os.pidfd_open(pid)
        tool.kill()
        tool.communicate()
        assert world.ended(pidfd, 3)
        os.close(pidfd)
        assert target.state() == target.before


@pytest.mark.parametrize("choose, said", ((lambda pid: pid, "the process that asked it was stopped meanwhile"),
                                          (parent_of, "uidmap-lookup was stopped while it was asked")),
                         ids=("module", "above"))
def test_stopped_for_a_while(choose, said):
    """Interrupted system calls look to modules like a service that is not there, so a caller who stops a process and lets
    it go on has no answer either, though the module says yes."""
    world.order_pam("stop")
    fifo = world.open_fifo()
    with Target() as target:
        tool = start_tool(UID, target, own(UID))
        pid = world.marked(fifo)
        chosen = dict.fromkeys((choose(pid), pid))
        for stopped in chosen:
            as_alice(lambda: os.kill(stopped, signal.SIGSTOP))
            while "(stopped)" not in world.status_of(stopped):
                os.sched_yield()
        for stopped in chosen:
            as_alice(lambda: os.kill(stopped, signal.SIGCONT))
        _, err = tool.communicate(timeout=5)
        assert tool.returncode == 1
        assert said in err.decode()
        assert target.state() == target.before
    os.close(fifo)
