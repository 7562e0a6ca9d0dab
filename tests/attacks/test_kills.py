# SPDX-License-Identifier: BSD-3-Clause
"""A run that is killed before or after any of its calls leaves the map empty or exact, and no process behind."""

import os
import signal

import pytest

from attacked import RANGE, Targets, own, with_lookup, words_of
from faults import outline, steps
from support import GID, UID
from traced import Trace


def kill_everywhere(kind, extents, whom, after=False):
    """Returns whether each outcome has occurred: (empty, exact)."""
    outcomes = set()
    with Targets() as targets:
        _, calls, first, _ = outline(kind, words_of(kind, targets.get(), extents), whom=whom)
        for step in steps(calls, first):
            target = targets.get()

            def at(index, pid, _number):
                if index == step:
                    os.kill(pid, signal.SIGKILL)

            hooks = {"after": lambda index, pid: at(index, pid, None)} if after else {"at": at}
            ended = Trace(kind, words_of(kind, target, extents), whom=whom, **hooks).to_the_end()
            assert ended.status in ((-signal.SIGKILL, 0) if whom == 0 else (0, 1)), (step, ended)
            mapped = target.map(kind)
            assert mapped in ([], extents), (step, ended)
            assert whom == 0 or (ended.status == 0) == (mapped != []), (step, ended)
            assert target.setgroups == "allow" or extents == [own(GID)], (step, ended)
            outcomes.add(mapped != [])
    return outcomes


@pytest.mark.parametrize("after", (False, True), ids=("before", "after"))
def test_tool(kind, after):
    assert kill_everywhere(kind, [RANGE], 0, after) == {False, True}


@pytest.mark.parametrize("after", (False, True), ids=("before", "after"))
def test_tool_that_denies_setgroups(after):
    """The deny may stay, as SECURITY.md says."""
    assert kill_everywhere(GID, [own(GID)], 0, after) == {False, True}


@pytest.mark.modes("fcaps")
@pytest.mark.parametrize("whom", (1, 2), ids=("program", "process_with_modules"))
def test_lookup(whom):
    """The caller may kill uidmap-lookup, too; what it has not said yet is then not granted. Whether the last call of its
    child comes before or after the answer of that is taken on is chance."""
    with_lookup(UID)
    outcomes = kill_everywhere(UID, [RANGE], whom)
    assert False in outcomes
    assert True in outcomes or whom == 2
