# SPDX-License-Identifier: BSD-3-Clause
"""How a target is named, and targets that cannot be mapped."""

import json
import os
import re
import subprocess

import pytest

from processes import ALICE, CLONE_NEWUSER, LIBC, PR_SET_DUMPABLE, Target, become, check, prctl
from support import SCRATCH, assert_granted, assert_refused, run_tool

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)


def gone():
    """The pid of a process that is no more."""
    with Target() as target:
        return target.pid


NO_PIDS = {
    "zero": "0", "minus_one": "-1", "text": "abc", "empty": "", "blank": " ", "2_to_31": "2147483648",
    "2_to_32_and_1": "4294967297", "20_nines": "9" * 20, "text_after": "1x", "hex": "0x1", "fraction": "1.0",
    "self": "self", "up": "../1", "down": "1/task", "two_dashes": "--", "option": "-h", "fd": "fd",
    "fd_colon": "fd:", "upper_case": "FD:0",
}


@pytest.mark.parametrize("pid", NO_PIDS.values(), ids=NO_PIDS)
def test_no_pid(kind, pid):
    """What is no decimal number from 1 to 2147483647 names no process: the usage is shown."""
    result = run_tool(kind, pid, RANGE)
    assert_refused(result)
    assert result.first.startswith(f"usage: {kind.tool} ")


@pytest.mark.parametrize("spelling", ("+{}", "0{}", " {}", "{} ", "{}x", "{}\n", "\t{}", "0x{:x}", "-{}"),
                         ids=("plus", "leading_zero", "blank_before", "blank_after", "text_after", "newline", "tab",
                              "hex", "minus"))
def test_odd_spelling_of_a_pid(kind, spelling):
    """A pid is spelled in one way only."""
    with Target() as target:
        result = run_tool(kind, spelling.format(target.pid), RANGE)
        assert_refused(result, target)
        assert result.first.startswith(f"usage: {kind.tool} ")


@pytest.mark.parametrize("word", ("abc", "0", "2147483648", "+1", "fd:7x"))
def test_bad_target_is_named(kind, word):
    """The usage is followed by the word that was wrong."""
    result = run_tool(kind, word, RANGE)
    assert result.first.startswith(f"usage: {kind.tool} ")
    assert f"{kind.tool}: reason: " in result.detail
    assert word in result.detail


def test_process_that_is_gone(kind):
    """A pid without a process is refused."""
    assert_refused(run_tool(kind, gone(), RANGE))


def test_process_that_is_gone_text(kind):
    """The first line gives the pid and the error."""
    pid = gone()
    first = run_tool(kind, pid, RANGE).first
    assert first.endswith(f"Could not open proc directory for target {pid}: No such file or directory")


def test_no_namespace_of_its_own(kind):
    """A process in our own namespace has its map: the kernel's answer is the first line."""
    with Target(namespace=False) as target:
        result = run_tool(kind, target, RANGE)
        assert_refused(result, target)
        assert result.first == kind.failed_write("Operation not permitted")


def test_no_namespace_of_its_own_and_own_id(kind):
    """The same without a grant, where setgroups is in question, too."""
    with Target(namespace=False) as target:
        assert_refused(run_tool(kind, target, (0, kind.own(ALICE), 1)), target)


def test_map_is_written_once(kind):
    """A map stays as it was written first: the kernel's answer is the first line."""
    with Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        target.before = target.state()
        for triple in (RANGE, (0, kind.own(ALICE), 1)):
            result = run_tool(kind, target, triple)
            assert_refused(result, target)
        assert run_tool(kind, target, (5, 100000, 1)).first == kind.failed_write("Operation not permitted")


@pytest.mark.parametrize("dumpable, reason", ((True, "has ended and waits for its parent to notice"),
                                              (False, "is not dumpable")), ids=("zombie", "not_dumpable"))
def test_map_file_is_roots(kind, dumpable, reason):
    """The map of a dead or a non-dumpable process is not the caller's to open; the diagnosis tells which it is."""
    with Target(dumpable=dumpable) as target:
        if dumpable:
            target.kill()
        result = run_tool(kind, target, RANGE)
        assert_refused(result, target)
        assert result.first == f"{kind.tool}: open of {kind.map_file} failed: Permission denied"
        assert f"{kind.tool}: reason: the target process {reason}" in result.detail


@pytest.mark.parametrize("script", ('read go; exec "$@"', 'read go; "$@"; exit $?'), ids=("parent", "grandparent"))
def test_target_is_an_ancestor(kind, script):
    """util-linux's unshare starts the tool first and makes the namespace then, for itself."""
    answer, report = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            become(ALICE)
            prctl(PR_SET_DUMPABLE, 1)
            call = [f"{SCRATCH}/tools/{kind.tool}", str(os.getpid()), *map(str, RANGE)]
            process = subprocess.Popen(["sh", "-c", script, "sh", *call], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            check(LIBC.unshare(CLONE_NEWUSER))
            said, _ = process.communicate(b"go\n")
            with open(f"/proc/self/{kind.map_file}") as file:
                os.write(report, json.dumps([process.returncode, said.decode(), file.read().split()]).encode())
        finally:
            os._exit(0)
    os.close(report)
    with os.fdopen(answer) as pipe:
        assert json.load(pipe) == [0, "", [str(number) for number in RANGE]]
    os.waitpid(pid, 0)
