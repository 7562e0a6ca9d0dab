# SPDX-License-Identifier: BSD-3-Clause
"""Resource limits of the caller's, down to nothing: the map is exact or empty, and from what a start needs on no
signal ends a run."""

import resource
import signal

import pytest

from attacked import RANGE, REFUSED, Targets, expect_exact_or_refused, own, run, with_audit, with_lookup
from support import UID
from test_signals import block_all

KIB, MIB = 1 << 10, 1 << 20
# For each limit: the values, and from which on the program starts, so that no signal may end it any more.
SWEEPS = {
    "nofile": (resource.RLIMIT_NOFILE, range(0, 17), 0),
    "as": (resource.RLIMIT_AS, (0, 64 * KIB, 256 * KIB, 512 * KIB, MIB, 2 * MIB, 4 * MIB, 16 * MIB), 2 * MIB),
    "data": (resource.RLIMIT_DATA, (0, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB), MIB),
    "stack": (resource.RLIMIT_STACK, (0, 4 * KIB, 16 * KIB, 64 * KIB, 96 * KIB, 128 * KIB, 192 * KIB), 192 * KIB),
    "fsize": (resource.RLIMIT_FSIZE, (0, 1), 0),
    "memlock": (resource.RLIMIT_MEMLOCK, (0,), 0),
    "core": (resource.RLIMIT_CORE, (0,), 0),
    "sigpending": (resource.RLIMIT_SIGPENDING, (0,), 0),
    "nproc": (resource.RLIMIT_NPROC, (0, 1), 0),
}
STARTS = (signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT)


def limited(which, soft, hard):
    """As the caller, last of all. Signals wait until the tool is there: what comes before it is not its own."""
    def late():
        block_all()
        resource.setrlimit(which, (soft, hard))

    return {"late": late}


@pytest.mark.parametrize("name", SWEEPS)
@pytest.mark.parametrize("extents", ([RANGE], [RANGE, REFUSED]), ids=("granted", "refused"))
def test_sweep(kind, name, extents):
    which, values, starts_from = SWEEPS[name]
    with Targets() as targets:
        for value in values:
            target = targets.get()
            ended = run(kind, target, *extents, **limited(which, value, value))
            killed = STARTS if value < starts_from else ()
            if value < starts_from and ended.status >= 100:
                assert target.map(kind) == []
                continue
            quiet = value < starts_from or name == "fsize"  # the message goes to a file
            mapped = expect_exact_or_refused(ended, target, kind, *extents, killed=killed, quiet=quiet)
            assert not mapped or extents == [RANGE], value
            assert mapped or extents != [RANGE] or value < max(starts_from, 8), (value, ended)


@pytest.mark.parametrize("name", ("nofile", "as", "data", "stack", "nproc"))
def test_sweep_with_a_policy(name):
    """The same where uidmap-lookup is started, whose module refuses."""
    which, values, starts_from = SWEEPS[name]
    with_lookup(UID, "account requisite pam_deny.so")
    with Targets() as targets:
        for value in values:
            target = targets.get()
            ended = run(UID, target, RANGE, **limited(which, value, value))
            assert target.state() == target.before, (value, ended)
            assert ended.status == 1 or value < starts_from, (value, ended)


@pytest.mark.modes("setuid")
@pytest.mark.parametrize("name", ("nofile", "as", "data", "stack", "nproc"))
def test_sweep_with_audit(name):
    """The same where uidmap-audit is started: exact or refused."""
    which, values, starts_from = SWEEPS[name]
    with_audit()
    with Targets() as targets:
        for value in values:
            target = targets.get()
            ended = run(UID, target, RANGE, **limited(which, value, value))
            if value < starts_from and ended.status not in (0, 1):
                assert target.map(UID) == []
                continue
            expect_exact_or_refused(ended, target, UID, RANGE, quiet=value < starts_from)


@pytest.mark.parametrize("hard", (resource.RLIM_INFINITY, 0), ids=("soft", "hard"))
def test_processor_time(kind, hard):
    """The soft limit is a signal, which is blocked; the hard one kills, at any moment."""
    with Targets() as targets:
        for _ in range(20):
            target = targets.get()
            ended = run(kind, target, own(kind), **limited(resource.RLIMIT_CPU, 0, hard))
            killed = (signal.SIGKILL,) if hard == 0 else ()
            expect_exact_or_refused(ended, target, kind, own(kind), killed=killed, denied=bool(killed))
