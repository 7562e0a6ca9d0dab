# SPDX-License-Identifier: BSD-3-Clause
"""Whatever state a process inherits from its caller, the outcome is the same."""

import fcntl
import itertools
import os
import resource
import signal
import subprocess
from unittest import mock

import pytest

from processes import ALICE, Target
from support import (SCRATCH, Result, assert_granted, assert_refused, expect_granted, expect_refused, run_tool,
                     start_tool)

RANGE = (1, 100000, 65536)
REFUSED = (1, 300000, 10)
SUBSETS_OF_STREAMS = [fds for size in range(4) for fds in itertools.combinations(range(3), size)]
SIGNALS = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}


@pytest.fixture(autouse=True)
def granted_range(granted):
    """Every test here has a range to map."""


def same_as_ever(kind, **start):
    """One run that is granted and one that is refused."""
    expect_granted(kind, (0, kind.own(ALICE), 1), RANGE, **start)
    result = expect_refused(kind, REFUSED, **start)
    assert result.first == kind.not_allowed(*REFUSED)


def test_empty_environment(kind):
    """runc starts the tools without any variable."""
    same_as_ever(kind, env={})


def test_hostile_environment(kind):
    """Variables for the loader, the allocator, the locale and others are without effect."""
    nothing = "/nonexistent/lib.so"
    names = """LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH LD_DEBUG LD_DEBUG_OUTPUT LD_PROFILE LD_SHOW_AUXV LD_BIND_NOW
               LD_TRACE_LOADED_OBJECTS GCONV_PATH GETCONF_DIR HOSTALIASES LOCALDOMAIN LOCPATH MALLOC_TRACE
               MALLOC_CHECK_ NLSPATH RESOLV_HOST_CONF RES_OPTIONS TMPDIR TZDIR TZ LANG LC_ALL LANGUAGE PATH IFS
               SHELL ENV""".split()
    tunables = {"GLIBC_TUNABLES": "glibc.malloc.check=3:glibc.malloc.perturb=255:glibc.malloc.mxfast=" + "9" * 300}
    much = {f"FILL_{i}": "x" * 1000 for i in range(500)}
    same_as_ever(kind, env=dict.fromkeys(names, nothing) | tunables | much)


@pytest.mark.parametrize("fds", SUBSETS_OF_STREAMS, ids=lambda fds: "".join(map(str, fds)) or "none")
def test_closed_streams(kind, fds):
    """No file the tool opens can take the place of a stream: what is written there does not get into a map."""
    def close():
        for fd in fds:
            os.close(fd)

    expect_granted(kind, RANGE, prepare=close)
    with Target() as target:
        result = run_tool(kind, target, REFUSED, prepare=close, says=mock.ANY if 2 in fds else None)
        assert (result.status, result.stdout) == (1, "")
        assert result.first == ("" if 2 in fds else kind.not_allowed(*REFUSED))
        assert target.state() == target.before


def test_streams_are_the_map(kind):
    """Nor does anything get into a map that is handed to it as a stream (CVE-2013-1959)."""
    with Target() as target, Target() as victim:
        with open(f"/proc/{victim}/{kind.map_file}", "r+b", buffering=0) as its_map:
            streams = {"stdin": its_map, "stdout": its_map, "stderr": its_map}
            assert run_tool(kind, target, REFUSED, **streams).status == 1
            assert_granted(run_tool(kind, target, RANGE, **streams), target, kind, RANGE)
        assert victim.state() == victim.before


@pytest.mark.parametrize("limit", (None, 8), ids=("no_limit", "limit_below_them"))
def test_many_descriptors(kind, limit):
    """200 inherited descriptors, with the limit far below them even."""
    with open("/etc/passwd") as file:
        fds = [fcntl.fcntl(file, fcntl.F_DUPFD, 100) for _ in range(200)]
    lower = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))) if limit else None
    same_as_ever(kind, pass_fds=fds, prepare=lower)
    for fd in fds:
        os.close(fd)


def enter_deleted_directory():
    path = f"{SCRATCH}/deleted"
    os.mkdir(path)
    os.chdir(path)
    os.rmdir(path)


def test_deleted_working_directory(kind):
    """A working directory that is no more."""
    same_as_ever(kind, prepare=enter_deleted_directory)


def test_working_directory_of_the_target(kind):
    """Apptainer starts the tools in /proc/TARGET."""
    with Target() as target:
        assert_granted(run_tool(kind, target, RANGE, cwd=f"/proc/{target}"), target, kind, RANGE)


@pytest.mark.parametrize("umask", (0, 0o777), ids=("open", "closed"))
def test_umask(kind, umask):
    """Any file creation mask."""
    same_as_ever(kind, umask=umask)


def test_all_signals_blocked(kind):
    """Any signal mask."""
    same_as_ever(kind, prepare=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS))


def test_all_signals_ignored(kind):
    """Any signal disposition, SIGCHLD and SIGPIPE among them."""
    same_as_ever(kind, prepare=lambda: [signal.signal(number, signal.SIG_IGN) for number in SIGNALS])


def test_signals_pending(kind):
    """Signals that wait behind the mask the tool starts with stay there."""
    def raise_blocked():
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGHUP, signal.SIGUSR1, signal.SIGPIPE):
            signal.raise_signal(number)

    same_as_ever(kind, prepare=raise_blocked)


def test_timer_goes_off_while_running(kind):
    """A timer of the caller's does not kill the tool: here it goes off while the tool waits for a full stderr."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writer, True)
    process = start_tool(kind, stderr=writer, prepare=lambda: signal.setitimer(signal.ITIMER_REAL, 0.1))
    os.close(writer)
    try:
        process.wait(0.3)
    except subprocess.TimeoutExpired:
        pass
    with os.fdopen(reader, "rb") as pipe:
        pipe.read()
    process.communicate()
    assert process.returncode == 1


def test_timers_at_any_moment(kind):
    """One that goes off before the tool could prevent it may kill: the map is exact or empty all the same."""
    for i in range(200):
        with Target() as target:
            delay = (i + 1) * 15e-6
            result = run_tool(kind, target, RANGE, prepare=lambda: signal.setitimer(signal.ITIMER_REAL, delay))
            assert result in (Result(0, "", ""), Result(-signal.SIGALRM, "", ""))
            assert target.map(kind) in ([[RANGE]] if result.status == 0 else [[], [RANGE]])


LIMITS = {
    "file_size": (resource.RLIMIT_FSIZE, 0), "core": (resource.RLIMIT_CORE, resource.RLIM_INFINITY),
    "no_core": (resource.RLIMIT_CORE, 0), "descriptors": (resource.RLIMIT_NOFILE, 8),
    "locked_memory": (resource.RLIMIT_MEMLOCK, 0), "pending_signals": (resource.RLIMIT_SIGPENDING, 0),
    "queues": (resource.RLIMIT_MSGQUEUE, 0), "stack": (resource.RLIMIT_STACK, 256 * 1024),
}


@pytest.mark.parametrize("which, value", LIMITS.values(), ids=LIMITS)
def test_resource_limits(kind, which, value):
    """Limits that a run does not come near are without effect."""
    same_as_ever(kind, prepare=lambda: resource.setrlimit(which, (value, value)))


def test_no_further_process(kind):
    """A run whose users and grants are in local files starts no other process, so it does without the right to."""
    with Target() as target:
        call = [f"{SCRATCH}/tools/{kind.tool}", str(target), *map(str, RANGE)]
        result = run_tool(kind, path="/usr/bin/prlimit", argv=["prlimit", "--nproc=0", *call])
        assert_granted(result, target, kind, RANGE)


@pytest.mark.parametrize("name", ("/usr/bin/{}", "", "sh", "-{}", "newgidmap", "newuidmap", "\x1b[31m{}\n",
                                  "x" * 100000),
                         ids=("absolute", "empty", "sh", "login", "newgidmap", "newuidmap", "escapes", "long"))
def test_name_it_is_called_by(kind, name):
    """argv[0] decides nothing and is shown nowhere."""
    with Target() as target:
        words = [name.format(kind.tool), str(target)]
        assert_granted(run_tool(kind, argv=words + [str(number) for number in RANGE]), target, kind, RANGE)
    with Target() as target:
        result = run_tool(kind, argv=words[:1] + [str(target)] + [str(number) for number in REFUSED])
        assert_refused(result, target)
        assert result.first == kind.not_allowed(*REFUSED)


def test_empty_argument_list(kind):
    """Not even a name: that is no arguments (the polkit case)."""
    assert_refused(run_tool(kind, argv=[]))


def test_standard_input_is_not_read(kind):
    """What waits on stdin is for somebody else."""
    reader, writer = os.pipe()
    os.write(writer, b"for somebody else")
    same_as_ever(kind, stdin=reader)
    assert os.read(reader, 100) == b"for somebody else"
    os.close(reader)
    os.close(writer)
