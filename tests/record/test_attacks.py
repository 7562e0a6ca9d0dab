# SPDX-License-Identifier: BSD-3-Clause
"""A caller may kill or stop the tool, and uidmap-audit, whenever he likes: there is no map without a record of it."""

import contextlib
import itertools
import os
import resource
import signal

import pytest

import audit
from log import Log
from processes import ALICE, Target
from reach import starve
from steps import run_stepped
from support import grant, run_tool

RANGE = (0, 100000, 65536)
TOOL, PROGRAM = 0, 1


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def stop(pid):
    os.kill(pid, signal.SIGSTOP)


def at_steps(kind, act, whom, steps):
    """Each target before whose run's call something was done, up to the last call that a run makes."""
    for step in steps:
        with Target() as target:
            if not run_stepped(kind, [target, *RANGE], act, whom, step):
                return
            yield target, step


def expect_record_of_every_map(kind, act, whom, steps=None):
    """Also that both outcomes occur, or the test would show nothing."""
    outcomes = set()
    with audit.Reader() as reader:
        for target, step in at_steps(kind, act, whom, steps or itertools.count()):
            recorded = any(record["res"] == "success" for record in reader.about(target))
            mapped = target.map(kind) != []
            assert recorded or not mapped, f"step {step}"
            outcomes.add(mapped)
    return outcomes


@pytest.fixture(autouse=True)
def granted(kind):
    grant(kind, "alice:100000:65536")
    audit.on()


@pytest.mark.modes("setuid")
def test_killed_tool(kind):
    assert expect_record_of_every_map(kind, kill, TOOL) == {False, True}


@pytest.mark.modes("setuid")
def test_killed_program(kind):
    assert expect_record_of_every_map(kind, kill, PROGRAM) == {False, True}


@pytest.mark.modes("setuid")
def test_starved_program(kind):
    """With prlimit(2), which uidmap-audit's ids allow him until it is out of his reach, and after."""
    assert expect_record_of_every_map(kind, starve, PROGRAM) == {False, True}


def use_up_descriptors(free):
    """All that the caller may have but some are open, and inherited."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    for fd in range(3, 64 - free):
        os.dup2(0, fd)
    os.closerange(64 - free, 64)


@pytest.mark.modes("setuid")
@pytest.mark.parametrize("free", range(9))
@pytest.mark.parametrize("with_log", (False, True), ids=("no log", "log"))
@pytest.mark.parametrize("sign", ("daemon", "command line"))
def test_few_descriptors(kind, free, with_log, sign):
    """Whatever cannot be opened is no reason to take audit for off."""
    if sign == "command line":
        audit.off()
        audit.enable()
        audit.command_line("audit=1\n")
    with Log() if with_log else contextlib.nullcontext(), audit.Reader() as reader, Target() as target:
        result = run_tool(kind, target, RANGE, prepare=lambda: use_up_descriptors(free), close_fds=False)
        assert (result.status == 0) == (target.map(kind) != [])
        assert len([record for record in reader.about(target) if record["res"] == "success"]) == (result.status == 0)
        assert result.status == 0 or "cannot put the map on record" in result.first
        assert free < 6 or result.status == 0


@pytest.mark.modes("setuid")
def test_stopped_program(kind):
    """Before it is ready it is waited for two seconds, so of those calls it is only some."""
    with Target() as target:
        calls = []
        assert not run_stepped(kind, [target, *RANGE], kill, PROGRAM, -1, calls=calls)
        last = len([pid for pid in calls if pid != calls[0]])
    steps = [0, last // 2, *range(last - 16, last)]
    assert expect_record_of_every_map(kind, stop, PROGRAM, steps) == {False, True}


def test_killed_tool_and_the_log(kind):
    """The same for the system log."""
    audit.off()
    outcomes = set()
    with Log() as log:
        for target, step in at_steps(kind, kill, TOOL, itertools.count()):
            recorded = any(line.text.endswith(b" res=success") for line in log.lines())
            mapped = target.map(kind) != []
            assert recorded or not mapped, f"step {step}"
            outcomes.add(mapped)
    assert outcomes == {False, True}
