# SPDX-License-Identifier: BSD-3-Clause
"""A process that makes runs, one after another, with an /etc of its own, and tells what has come of each."""

import os
import pickle
import random
import struct
from collections import namedtuple

import targets
import world
from cases import WHOLE
from faults import Fault
from generate import generate
from model import initial, predict
from stage import Run
from targets import Container

CLONE_NEWNS = 0x20000

# What the log has to agree with, and what is wrong already.
Told = namedtuple("Told", "index pid case outcome fault may_grant asks wrong said")


def work(seed, indices, pipe):
    """Does the cases with these numbers."""
    targets.check(targets.LIBC.unshare(CLONE_NEWNS))
    targets.check(targets.LIBC.mount(b"soak", b"/etc", b"tmpfs", 0, b"mode=0755"))
    for index in indices:
        message = pickle.dumps(_run(seed, index))
        os.write(pipe, struct.pack("=I", len(message)))
        while message:
            message = message[os.write(pipe, message):]
    left = {name.removesuffix(".linked") for name in os.listdir("/etc")} - set(world.present)
    if left:
        raise RuntimeError(f"files that nobody has made: {left}")


def _run(seed, index):
    case = generate(seed, index)
    fault = Fault(random.Random(f"fault:{seed}:{index}"))
    world.set_files(case.files)
    container = None if case.parent == WHOLE else Container(case.parent)
    run = Run(case, case.mode, container, prepare=fault.set_limits)
    run.start()
    run.wait_for_exec()
    fault.strike(run)
    outcome = run.finish()
    if container:
        container.end()
    return Told(index, run.pid, case, outcome, fault.kind, predict(case.but(state="fresh")).status == 0,
                bool(case.words) and case.words[1:] != () and predict(case) != _nothing(case),
                _fault_of(case, outcome, fault), run.stderr)


def _nothing(case):
    """Success of a request for nothing."""
    return initial(case)


def _fault_of(case, outcome, fault):
    """Why an outcome must not be; None if it may. A fault can make a refusal of a map, and nothing else."""
    expected, before = predict(case), initial(case)
    if fault.kind == "none" and outcome != expected:
        return f"undisturbed, and not {expected}"
    if outcome.status not in {0, 1} | fault.may_end_with:
        return "a status that does not exist"
    if outcome.status == 0 and outcome != expected:
        return f"success, and not {expected}"
    if outcome.map != before.map and outcome.map != expected.map:
        return "a map that is neither what it was nor what was asked for"
    if outcome.status == 1 and outcome.map != before.map:
        return "a refusal that has written a map"
    if outcome.setgroups not in (before.setgroups, expected.setgroups):
        return "setgroups has become what nobody asked for"
    return None
