# SPDX-License-Identifier: BSD-3-Clause
"""What the pair holds for uidmap-lookup is nothing that a caller can name."""

import pytest

import world
from processes import ALICE
from support import assert_refused, grant, run_tool


@pytest.mark.parametrize("number", range(3, 8))
def test_no_descriptor_of_its_own_is_a_target(kind, number):
    """The socket to uidmap-lookup and the pidfd of it have numbers that the caller has closed: nothing is open there
    for him, and uidmap-lookup is nobody's target."""
    grant(kind, "alice:100000:10")
    world.order_nss(uid=ALICE.uid, gid=ALICE.gid, name="alice", passwd="test files")
    result = run_tool(kind, f"fd:{number}", (0, 100000, 10))
    assert_refused(result)
    assert f"file descriptor {number} cannot be used: Bad file descriptor" in result.detail
