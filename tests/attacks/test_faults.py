# SPDX-License-Identifier: BSD-3-Clause
"""Each system call of a run is made to fail in turn, with each plausible error, or is answered with success and not
made: the map is written exactly and the status is 0, or it is refused with a reason and nothing is written."""

from errno import ENOMEM, EPERM

import pytest

from attacked import RANGE, REFUSED, Targets, own, with_audit, with_lookup, words_of
from faults import DONE, ERRORS, FEW_ERRORS, TO_THE_LOG, expect_safe, outline, run_with_fault, steps
from log import Log
from support import GID, UID


def sweep(kind, extents, errors, granted=True, whom=0, log=None):
    """Every step and every error of one request. Returns the statuses that there were."""
    statuses = set()
    with Targets() as targets:
        ended, calls, first, main = outline(kind, words_of(kind, targets.get(), extents), whom=whom)
        assert ended.status == (0 if granted else 1), ended
        assert len(calls) > 30
        for step in steps(calls, first):
            for error in errors:
                target = targets.get()
                ended, number = run_with_fault(kind, words_of(kind, target, extents), step, error, whom=whom)
                where = f"call {step} of {len(calls)}, number {number}, error {error}"
                recorded = log and any(line.text.endswith(b" res=success") for line in log.lines())
                try:
                    mapped = expect_safe(ended, target, kind, extents, step, 0 if whom else main, calls[step])
                except AssertionError as failure:
                    raise AssertionError(f"{where}: {failure}") from None
                assert granted or not mapped, where
                assert recorded or not log or not mapped or number in TO_THE_LOG, f"{where}: no record"
                statuses.add(ended.status)
    return statuses


@pytest.mark.parametrize("kind, errors", ((UID, ERRORS), (GID, FEW_ERRORS)), ids=("uid", "gid"))
def test_granted_range(kind, errors):
    """By pid, with a log daemon that listens: there is no map without a record but where the log cannot be reached."""
    with Log() as log:
        assert sweep(kind, [RANGE], errors, log=log) >= {0, 1}


def test_denied_setgroups():
    """One's own group, for which setgroups is denied first."""
    with Log() as log:
        assert sweep(GID, [own(GID)], ERRORS, log=log) >= {0, 1}


def test_refused_range(kind):
    """No failure makes a range granted that is not."""
    assert 0 not in sweep(kind, [RANGE, REFUSED], FEW_ERRORS, granted=False)


@pytest.mark.modes("fcaps")
@pytest.mark.parametrize("whom", (1, 2), ids=("program", "process_with_modules"))
def test_policy_that_admits(whom):
    """What fails in uidmap-lookup, and in its child that loads foreign code."""
    with_lookup(UID)
    assert sweep(UID, [RANGE], (EPERM, DONE), whom=whom) >= {0, 1}


@pytest.mark.modes("setuid")
@pytest.mark.parametrize("whom", (1, 2), ids=("program", "process_with_modules"))
def test_policy_that_refuses(whom):
    """No failure in it makes it admit anybody."""
    with_lookup(UID, "account requisite pam_deny.so")
    assert 0 not in sweep(UID, [RANGE], (ENOMEM, DONE), granted=False, whom=whom)


@pytest.mark.modes("setuid")
def test_audit():
    """What fails in uidmap-audit."""
    with_audit()
    assert sweep(UID, [RANGE], (EPERM, DONE), whom=1) >= {0, 1}
