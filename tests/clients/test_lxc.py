# SPDX-License-Identifier: BSD-3-Clause
"""LXC, which asks a shell to run newuidmap and newgidmap, after a look at whether they have their privilege."""

import os
import shutil
from pathlib import Path

import pytest

from maps import FIRST_GRANT, READ_MAPS, lines_of, new_directory, owner_of
from matrix import client

# LXC ends in `newgidmap PID` if there are only uids to map (lxc_map_ids, which does not forget that it had any). Shadow 4.13
# writes an empty map then, which the kernel refuses.
EMPTY = {"debian": "newgidmap: write to gid_map failed: Invalid argument"} if os.environ["RELEASE"] == "bookworm" else None
MAP = ["0 100000 65536", "70000 200000 10"]


def spy(directory):
    """A newgidmap for PATH that writes down its arguments. LXC wants a set-uid bit on it, which means nothing to the kernel
    on a script."""
    log, program = directory / "log", directory / "newgidmap"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec /usr/bin/newgidmap "$@"\n')
    program.chmod(0o4755)
    return log


@client("LXC", "lxc-usernsexec, its own choice of ids", "lxc")
def test_usernsexec(alice):
    """It takes the first grant."""
    directory = new_directory(alice)
    script = 'cat /proc/self/uid_map /proc/self/gid_map; touch "$0"; chown 1:2 "$0"'
    outcome = alice.run("lxc-usernsexec", "--", "sh", "-euc", script, directory / "file").succeeded()
    assert lines_of(outcome.stdout) == FIRST_GRANT * 2
    assert owner_of(directory / "file") == (100001, 100002)


@client("LXC", "lxc-usernsexec -m, uids and gids that differ", "lxc")
def test_usernsexec_with_maps(alice):
    outcome = alice.run("lxc-usernsexec", "-m", "u:0:100000:1000", "-m", "u:1000:1000:1", "-m", "u:1001:200000:10",
                        "-m", "g:0:100000:20", "--", *READ_MAPS).succeeded()
    assert lines_of(outcome.stdout) == [
        ["0", "100000", "1000"], ["1000", "1000", "1"], ["1001", "200000", "10"], ["0", "100000", "20"]]


@client("LXC", "lxc-usernsexec -m, uids only: nothing is wrong with no gids", "lxc", fails=EMPTY)
def test_usernsexec_without_gids(alice):
    """The command itself has no group to run with, and lxc-usernsexec does not get further: what counts is that newgidmap
    has nothing to say."""
    directory = new_directory(alice)
    log = spy(directory)
    outcome = alice.run("lxc-usernsexec", "-m", "u:0:100000:1000", "--", "true",
                        environment={"PATH": f"{directory}:/usr/bin:/bin"})
    assert len(log.read_text().split()) == 1
    assert "Failed to switch to gid 0" in outcome.stderr
    assert "newuidmap" not in outcome.stderr and "newgidmap" not in outcome.stderr, outcome


# ---- containers ------------------------------------------------------------------------------------------------------


class Container:
    """A root file system that belongs to the container's root, without a network."""

    def __init__(self, user, tar):
        self.user, self.directory = user, new_directory(user)
        self.root, self.log = self.directory / "root", self.directory / "log"
        user.run("lxc-usernsexec", "-m", "b:0:100000:65536", "--", "sh", "-euc",
                 f'mkdir "{self.root}"; tar --extract --file "{tar}" --directory "{self.root}"').succeeded()
        user.run("mkdir", self.directory / "small").succeeded()
        idmap = [f"lxc.idmap = {kind} {line}" for kind in "ug" for line in MAP]
        (self.directory / "small/config").write_text("\n".join([
            "lxc.uts.name = small", f"lxc.rootfs.path = dir:{self.root}", "lxc.net.0.type = empty",
            "lxc.mount.auto = proc:mixed", "lxc.init.cmd = /bin/sleep 600", *idmap, ""]))

    def run(self, tool, *arguments, **options):
        return self.user.run(tool, "--lxcpath", self.directory, "--name", "small", *arguments, **options)

    def execute(self, *command, **options):
        return self.run("lxc-execute", "--logfile", self.log, "--logpriority", "DEBUG", "--", *command, **options)


@pytest.fixture
def container(alice, small_tar):
    return Container(alice, small_tar)


INSIDE = [line.split() for line in MAP] * 2


@client("LXC", "lxc-execute, an unprivileged container", "lxc")
def test_execute(container):
    """A file of either range, as the host sees it."""
    script = "cat /proc/self/uid_map /proc/self/gid_map; cd /tmp; touch first second; chown 1:2 first; chown 70001:70002 second"
    outcome = container.execute("/bin/sh", "-euc", script).succeeded()
    assert lines_of(outcome.stdout) == INSIDE
    assert owner_of(container.root / "tmp/first") == (100001, 100002)
    assert owner_of(container.root / "tmp/second") == (200001, 200002)


@client("LXC", "lxc-start, lxc-attach, lxc-stop", "lxc")
def test_start(container):
    """The maps of the running container, from outside and from what is attached to it."""
    container.run("lxc-start", "--daemon").succeeded()
    process = Path("/proc") / container.run("lxc-info", "--pid", "--no-humanize").succeeded().stdout.strip()
    outside = (process / "uid_map").read_text() + (process / "gid_map").read_text()
    owner = owner_of(process)
    attached = container.run("lxc-attach", "--clear-env", "--", "/bin/cat", *READ_MAPS[1:])
    container.run("lxc-stop", "--kill").succeeded()
    assert lines_of(outside) == INSIDE
    assert lines_of(attached.succeeded().stdout) == INSIDE
    assert owner == (100000, 100000)
    assert container.run("lxc-info", "--state", "--no-humanize").stdout.strip() == "STOPPED"


@client("LXC", "its look at the privilege of the tools", "lxc")
def test_probe(container, pair, pairs):
    """It finds it on what is installed, and not on the same programs without any: those it does not even run."""
    container.execute("/bin/true").succeeded()
    log = container.log.read_text()
    assert "Functional newuidmap and newgidmap binary found" in log
    means = "CAP_EFFECTIVE and CAP_PERMITTED" if pair == "fcaps" else "setuid bit set"
    for tool in ("newuidmap", "newgidmap"):
        assert any(f'The binary "/usr/bin/{tool}" ' in line and means in line for line in log.splitlines())

    for tool in ("newuidmap", "newgidmap"):
        shutil.copyfile(pairs[pair] / tool, container.directory / tool)
        (container.directory / tool).chmod(0o755)
    container.log.unlink()
    outcome = container.execute("/bin/true", environment={"PATH": f"{container.directory}:/usr/bin:/bin"})
    log = container.log.read_text()
    assert outcome.status == 1
    for tool in ("newuidmap", "newgidmap"):
        assert f"{tool} is lacking necessary privileges" in log
