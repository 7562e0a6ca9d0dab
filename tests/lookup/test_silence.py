# SPDX-License-Identifier: BSD-3-Clause
"""Whatever does not answer is waited for, but not for ever, and nothing of it stays. All cases wait at once."""

import os
import signal
import time
from contextlib import ExitStack

import world
from processes import Target
from support import UID, start_tool
from world import PLUGIN_RANGE, expect_admitted, no_lookup, own

LONGEST_WAIT = 10


def silent_plugin(act):
    world.order_plugin(act)
    return PLUGIN_RANGE


def silent_name_service():
    world.order_nss("hang", passwd="test files")
    return own(UID)


def silent_policy(act):
    world.order_pam(act)
    return own(UID)


# "hold" ends, and leaves a process that keeps the socket open and says nothing.
CASES = {
    "plugin": lambda: silent_plugin("hang"), "held": lambda: silent_plugin("hold"), "names": silent_name_service,
    "policy": lambda: silent_policy("hang"), "stopped": lambda: silent_policy("stop"),
}


def start_silent(prepare, fifo, target):
    """A run that waits for an answer by the time this returns, so that the next case can be set up."""
    extent = prepare()
    tool = start_tool(UID, target, extent)
    return tool, world.marked(fifo)


def test_silence_is_a_refusal():
    """A plugin, a name service and a PAM module that hang, one that is stopped, and one that left the socket to a
    process of its own: each run says so in time, maps nothing, and takes with it what it has started."""
    fifo = world.open_fifo()
    with ExitStack() as stack:
        runs = {}
        begun = time.monotonic()
        for name, prepare in CASES.items():
            world.reset_configuration()
            target = stack.enter_context(Target())
            runs[name] = (target, *start_silent(prepare, fifo, target))
        for name, (target, tool, quiet) in runs.items():
            out, err = tool.communicate(timeout=LONGEST_WAIT - (time.monotonic() - begun))
            assert (tool.returncode, out) == (1, b""), name
            assert err.decode().startswith(no_lookup(UID) + "\n"), name
            assert b"no answer within 8 seconds" in err, name
            assert target.state() == target.before, name
            if name == "held":  # is the module's to end
                os.kill(quiet, signal.SIGKILL)
    os.close(fifo)


def test_all_questions_share_the_time():
    """A service that answers at all is not cut short: three questions to one process, in one run."""
    world.order_nss(name="alice", uid=5001, gid=5101, passwd="test files")
    with open("/etc/nsswitch.conf", "a") as file:
        file.write("subid: yes\n")
    world.order_pam()
    expect_admitted(UID)
    assert [len(world.record(name)) for name in ("nss-asked", "pam-asked", "asked")] == [1, 1, 1]
