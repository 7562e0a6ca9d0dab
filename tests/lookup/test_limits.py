# SPDX-License-Identifier: BSD-3-Clause
"""A caller who starts with low hard limits cannot starve a policy into admitting him."""

import resource

import pytest

from processes import Target
from support import SCRATCH, UID, Result, put, run_tool
from world import no_lookup, own, policy

MIB = 2**20
LIST = "/etc/security/subid-users"
# For each limit: what is just enough, and less.
LIMITS = {
    "nofile": (256, (255, 64, 16, 8, 7, 6, 5, 4, 3, 1, 0)),
    "as": (512 * MIB, (511 * MIB, 64 * MIB, 16 * MIB, 4 * MIB, 2 * MIB, MIB, 4096, 0)),
    "data": (256 * MIB, (255 * MIB, 16 * MIB, MIB, 4096, 0)),
    "stack": (MIB, (MIB - 4096, 256 * 1024, 128 * 1024, 0)),
    "fsize": (MIB, (MIB - 1, 0)),
    "cpu": (30, (29, 1, 0)),
    "nproc": (16, (15, 3, 2, 1, 0)),
}
ENOUGH = [(name, enough) for name, (enough, _) in LIMITS.items()]
TOO_LOW = [(name, value) for name, (_, values) in LIMITS.items() for value in values]


def run_limited(name, value):
    """A run under a hard limit, which the caller has set himself. Returns the result and the map."""
    with Target() as target:
        call = [f"{SCRATCH}/tools/newuidmap", str(target), *map(str, own(UID))]
        result = run_tool(UID, path="/usr/bin/prlimit", argv=["prlimit", f"--{name}={value}:{value}", *call])
        return result, target.map(UID)


def refuse_alice():
    """By a module that admits whom it cannot find out about, if it is told so."""
    put(LIST, "bob\n")
    policy(UID, f"account required pam_listfile.so item=user sense=allow onerr=succeed file={LIST}")


@pytest.mark.parametrize("name, value", ENOUGH)
def test_enough(name, value):
    """With just enough there is an answer, yes or no."""
    policy(UID, "account required pam_permit.so")
    assert run_limited(name, value) == (Result(0, "", ""), [own(UID)])
    refuse_alice()
    result, mapped = run_limited(name, value)
    assert (result.status, mapped) == (1, [])
    assert "the PAM policy for newuidmap refuses the caller" in result.stderr


@pytest.mark.parametrize("name, value", TOO_LOW)
def test_too_low(name, value):
    """With less there is none. Where so little is left that not even the tool runs, there is no message either."""
    for prepare in (refuse_alice, lambda: policy(UID, "account required pam_permit.so")):
        prepare()
        result, mapped = run_limited(name, value)
        assert result.status != 0
        assert mapped == []
        if result.stderr.startswith("newuidmap: "):
            assert result.status == 1
            assert "the PAM policy for" not in result.stderr  # it has not been asked


@pytest.mark.parametrize("name", LIMITS)
def test_limit_is_named(name):
    """The diagnosis tells a caller with a limit that is slightly too low what to do."""
    policy(UID, "account required pam_permit.so")
    result, _ = run_limited(name, LIMITS[name][1][0])
    assert result.first == no_lookup(UID)
    assert "resource limits (ulimit -H) are too low" in result.detail


def test_soft_limits_alone():
    """Soft limits are no hindrance: the hard ones count."""
    policy(UID, "account required pam_permit.so")
    with Target() as target:
        def lower():
            for name in ("NOFILE", "FSIZE", "STACK"):
                which = getattr(resource, f"RLIMIT_{name}")
                resource.setrlimit(which, (200000 if name == "STACK" else 20, resource.getrlimit(which)[1]))

        assert run_tool(UID, target, own(UID), prepare=lower) == Result(0, "", "")
        assert target.map(UID) == [own(UID)]
