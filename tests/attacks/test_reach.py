# SPDX-License-Identifier: BSD-3-Clause
"""While the tool, or uidmap-audit, is held before a call, the caller tries all that a process can try on another:
whatever fs.suid_dumpable is, he gets neither at its memory nor at its descriptors. tests/lookup/test_attacks.py has the
same for uidmap-lookup. prlimit(2) is his, and test_races.py has what comes of it."""

import errno

import pytest

import hostile
from attacked import PATIENCE, RANGE, Run, Targets, expect_exact_or_refused, with_audit, words_of
from reach import as_alice, looking, outcome, suid_dumpable
from support import UID
from traced import CAPSET, SENDTO, WRITE

# With fs.suid_dumpable=1 a process is dumpable from exec, or from its change of ids, on until it clears the flag, and
# so long its files in /proc are the caller's. A capability that he lacks keeps him from all of them but these, which
# have neither memory nor descriptors in them; of those there are the numbers.
BEFORE_THE_FLAG = {f"open {name}" for name in (
    "autogroup 1", "clear_refs 1", "comm 1", "coredump_filter 1", "fd 0", "oom_score_adj 1", "task/{}/fd 0",
    "timerslack_ns 1")}
OUT_OF_REACH = {errno.EPERM, errno.EACCES}
OPENAT2, SECCOMP, FSTATFS = 437, 317, 138


def reached(attempts):
    """The names of those that did not fail for want of permission, or of the descriptor that was to be looked at."""
    return {name for name, error in attempts.items() if error not in OUT_OF_REACH | {errno.ENOENT}}


def attempts_on(kind, number, choose):
    """What comes of each attempt, for each such call of a process that is chosen."""
    with Targets() as targets:
        target = targets.get()
        run = Run(kind, words_of(kind, target, [RANGE]), **hostile.listened_to(number))
        listener = hostile.Listener(run)
        outcomes = []
        while heard := listener.heard(PATIENCE):
            identity, pid = heard
            if choose(pid, run.pid):
                outcomes.append(as_alice(lambda: {name: outcome(attempt) for name, attempt in looking(pid)}))
            listener.let(identity)
        listener.close()
        assert expect_exact_or_refused(run.wait(), target, kind, RANGE)
    return outcomes


@pytest.mark.parametrize("dumpable", (0, 1, 2))
@pytest.mark.parametrize("number", (FSTATFS, SECCOMP, OPENAT2, CAPSET, WRITE),
                         ids=("fstatfs", "seccomp", "openat2", "capset", "write"))
def test_tool(kind, number, dumpable):
    """From when it has the caller's ids on, with the capability raised and without."""
    with suid_dumpable(dumpable):
        outcomes = attempts_on(kind, number, lambda pid, tool: pid == tool)
    assert outcomes
    for number_of_call, attempts in enumerate(outcomes):
        assert len(attempts) > 25
        is_early = number == CAPSET and number_of_call < 2
        assert reached(attempts) - (BEFORE_THE_FLAG if dumpable == 1 and is_early else set()) == set()


@pytest.mark.modes("setuid")
@pytest.mark.parametrize("dumpable", (0, 1, 2))
@pytest.mark.parametrize("number", (CAPSET, SENDTO), ids=("capset", "sendto"))
def test_audit(number, dumpable):
    """From its first instruction on: it has a capability that he lacks."""
    with_audit()
    with suid_dumpable(dumpable):
        outcomes = attempts_on(UID, number, lambda pid, tool: pid != tool)
    assert outcomes
    for attempts in outcomes:
        assert reached(attempts) - (BEFORE_THE_FLAG if dumpable == 1 and number == CAPSET else set()) == set()
