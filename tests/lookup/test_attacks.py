# SPDX-License-Identifier: BSD-3-Clause
"""What a caller can do to uidmap-lookup while it runs with his own uid: end it, and nothing else."""

import errno
import os
import signal
from contextlib import contextmanager

import pytest

import world
from processes import Target
from reach import as_alice, attempts, outcome, suid_dumpable
from support import UID, start_tool
from world import no_lookup, no_policy, own

OUT_OF_REACH = {errno.EPERM, errno.EACCES}


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


def await_stopped(pid):
    while "(stopped)" not in world.status_of(pid):
        os.sched_yield()


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
        await_stopped(pid)  # by the module itself, which would stay so if SIGCONT came before
        chosen = dict.fromkeys((choose(pid), pid))
        for stopped in chosen:
            as_alice(lambda: os.kill(stopped, signal.SIGSTOP))
            await_stopped(stopped)
        for stopped in chosen:
            as_alice(lambda: os.kill(stopped, signal.SIGCONT))
        _, err = tool.communicate(timeout=5)
        assert tool.returncode == 1
        assert said in err.decode()
        assert target.state() == target.before
    os.close(fifo)
