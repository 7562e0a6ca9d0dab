# SPDX-License-Identifier: BSD-3-Clause
"""A caller who takes the descriptors away from a policy cannot turn its no into a yes. Some modules admit whom they
cannot find out about, so this is the way past them."""

import subprocess

import pytest

import world
from processes import ALICE, Target, become
from support import SCRATCH, UID, put
from world import policy

TRIES = 750
LIST = "/etc/security/subid-users"
OTHER_LIST = "/etc/security/nobody"
# Each refuses alice as long as it can open its file. What comes before admits everybody, and takes some time, so that
# an attack that gets at the process after all of its modules are loaded has a chance: it succeeds where uidmap-lookup
# has no group of its own.
BEFORE = (f"account required pam_listfile.so item=user sense=deny onerr=succeed file={OTHER_LIST}",) * 20
POLICIES = {
    "listfile": (f"account required pam_listfile.so item=user sense=allow onerr=succeed file={LIST}",),
    "nologin": ("account required pam_nologin.so successok",),
}


@pytest.mark.parametrize("lines", POLICIES.values(), ids=POLICIES)
def test_starving_the_policy(lines):
    """Hundreds of runs, each of them attacked from its start to its end."""
    put(LIST, "bob\n")
    put(OTHER_LIST, "nobody\n")
    put("/etc/nologin", "not now\n")
    policy(UID, *BEFORE, *lines)
    with Target() as target:
        command = [world.RACE, str(TRIES), f"{SCRATCH}/tools/newuidmap", str(target), "0", str(ALICE.uid), "1"]
        run = subprocess.run(command, capture_output=True, check=True, preexec_fn=lambda: become(ALICE), timeout=120)
        assert target.state() == target.before
    successes, signals, hits = map(int, run.stdout.split())
    assert (successes, signals) == (0, 0)
    assert hits > TRIES // 20  # it did get at the processes that were to become uidmap-lookup
