# SPDX-License-Identifier: BSD-3-Clause
"""The examples of uidmap-shared-trees(7) are run as they stand there, and print what they print there."""

import os
import re
from contextlib import ExitStack

import pytest

import page
from world import BASE, Background, Namespace, in_web, owners, run


class Session:
    """Takes steps of the page. Process ids differ from those in the page: what it says is printed tells which."""

    def __init__(self, stack):
        self.stack, self.real_pids = stack, {}

    def in_reality(self, text):
        return re.sub(r"\b4[0-9]{3}\b", lambda found: self.real_pids.get(found[0], found[0]), text)

    def take(self, step):
        command = self.in_reality(step.command)
        if step.is_left_running:
            process = self.stack.enter_context(Background(step.user, command.removesuffix(" &")))
            (shown,) = step.output
            self.real_pids[shown] = process.said
        else:
            printed = run(step.user, command).succeeded()
            assert printed.splitlines() == step.output, step.command


@pytest.mark.parametrize("pair", ["setuid", "fcaps", "debian"], indirect=True)
def test_examples(pair, tree):
    """Alice's rootless Podman and the account web, with ranges of their own, use one tree whose owners stay as they are.
    So it is with each pair."""
    steps = page.steps()
    with ExitStack() as stack:
        session = Session(stack)
        for step in steps:
            session.take(step)
    assert len(steps) > 20 and {step.user for step in steps} == {"root", "alice"}


def test_both_see_what_either_writes(pair, tree):
    """The owners in both containers and on disk are the same, for files of root and of another user, from either side."""
    with ExitStack() as stack:
        session = Session(stack)
        for step in page.steps():
            session.take(step)
    paths = ["/home/by-web", "/home/kim/by-alice", "/home/kim", "/bin/busybox"]
    expected = ["0:0", "1000:1000", "1000:1000", "0:0"]
    look = ["stat", "-c", "%u:%g", *paths]
    assert run("alice", ["podman", "run", "--rm", "--rootfs", "/srv/alice/root", *look]).succeeded().split() == expected
    assert in_web(look, root="/srv/web/root").succeeded().split() == expected
    assert [f"{uid}:{gid}" for uid, gid in owners(*(BASE + path for path in paths))] == expected


def test_control_without_the_map(pair, tree):
    """A mount without a map shows the container files of nobody only."""
    os.makedirs("/srv/plain")
    run("root", ["mount", "--bind", BASE, "/srv/plain"]).succeeded()
    printed = in_web(["stat", "-c", "%u:%g", "/bin", "/home/kim"], root="/srv/plain").succeeded()
    assert printed.split() == ["65534:65534", "65534:65534"]
    assert in_web(["touch", "/home/file"], root="/srv/plain").status != 0


def test_grants_decide(pair, tree):
    """The account gets no map, and so no mount, with ids that are granted to somebody else."""
    with Namespace("web") as namespace:
        for tool in ("newuidmap", "newgidmap"):
            namespace.ask("web", tool, ((0, 100000, 65536),)).failed("not allowed")
            namespace.ask("web", tool, ((0, 300000, 65537),)).failed("not allowed")
        with open(f"/proc/{namespace.said}/uid_map") as file:
            assert file.read() == ""


def test_readme():
    """README has commands of the page, word for word and in their order."""
    page_lines = iter(line for block in page.literal_blocks() for line in block)
    assert [line for line in page.readme() if line not in page_lines] == []
