# SPDX-License-Identifier: BSD-3-Clause
"""crun and runc, started by an ordinary user without an engine above them: here they run the pair themselves."""

import json
import shutil

import pytest

from maps import SHOW_MAPS, maps_in, owner_of
from matrix import cannot_run, client

THREE_UIDS = [(0, 1000, 1), (1, 100000, 999), (1000, 200000, 100)]
THREE_GIDS = [(0, 1000, 1), (1, 200000, 500), (501, 100000, 100)]
SEVEN = [(0, 1000, 1), *((1 + 10 * part, 100000 + 20 * part, 10) for part in range(3)),
         *((31 + 10 * part, 200000 + 20 * part, 10) for part in range(3))]

# strace -f -v -e execve shows the list: behind its 20 strings there is what happens to lie there (EFAULT).
cannot_run("runc", "run, 6 ranges and more: runc starts newuidmap with an argument list that has no end", "fails")


def mappings(triples):
    return [{"containerID": inside, "hostID": outside, "size": count} for inside, outside, count in triples]


def lines(triples):
    return sorted([str(number) for number in triple] for triple in triples)


class Bundle:
    """A bundle as the runtimes want it, in a directory of alice's."""

    def __init__(self, user, directory, root):
        self.user, self.directory = user, directory
        shutil.copytree(root, directory / "rootfs", symlinks=True)
        (directory / "rootfs/tmp").chmod(0o777)
        user.run("runc", "spec", "--rootless", cwd=directory).succeeded()
        self.spec = json.loads((directory / "config.json").read_text())

    def run(self, runtime, uids, gids, user=(0, 0), script=SHOW_MAPS):
        self.spec["linux"].update(uidMappings=mappings(uids), gidMappings=mappings(gids))
        self.spec["process"].update(terminal=False, args=["sh", "-c", script])
        self.spec["process"]["user"] = {"uid": user[0], "gid": user[1]}
        self.spec["root"]["readonly"] = False
        (self.directory / "config.json").write_text(json.dumps(self.spec))
        return self.user.run(runtime, "run", "the-container", cwd=self.directory)


@pytest.fixture
def bundle(alice, out, small_root):
    return Bundle(alice, out, small_root)


def check_three_ranges(runtime, bundle):
    for user, outside in {(0, 0): (1000, 1000), (5, 7): (100004, 200006), (1001, 600): (200001, 100099)}.items():
        outcome = bundle.run(runtime, THREE_UIDS, THREE_GIDS, user, f"{SHOW_MAPS}; touch /tmp/{user[0]}").succeeded()
        assert maps_in(outcome.stdout) == (lines(THREE_UIDS), lines(THREE_GIDS)), str(outcome)
        assert owner_of(bundle.directory / "rootfs/tmp" / str(user[0])) == outside


@client("crun", "run, 3 ranges, uids and gids differ", "crun")
def test_crun(bundle):
    """The container has the maps of its config.json, and what its users write belongs to whom these name."""
    check_three_ranges("crun", bundle)


@client("runc", "run, 3 ranges, uids and gids differ", "runc")
def test_runc(bundle):
    """The same with runc, which starts the pair with an empty environment."""
    check_three_ranges("runc", bundle)


@client("crun", "run, 7 ranges: crun passes on the first 6", "crun")
def test_crun_with_many_ranges(bundle):
    """crun's own limit: what it leaves out is missing, and what it passes on is mapped."""
    outcome = bundle.run("crun", SEVEN, SEVEN).succeeded()
    assert maps_in(outcome.stdout) == (lines(SEVEN[:6]), lines(SEVEN[:6])), str(outcome)


@client("runc", "run, 5 ranges", "runc")
def test_runc_with_many_ranges(bundle):
    """As many as runc can pass on."""
    outcome = bundle.run("runc", SEVEN[:5], SEVEN[:5]).succeeded()
    assert maps_in(outcome.stdout) == (lines(SEVEN[:5]), lines(SEVEN[:5])), str(outcome)


@pytest.mark.usefixtures("without_privilege")
@pytest.mark.parametrize("runtime, words", [
    ("crun", "newgidmap: write to gid_map failed: Operation not permitted"),
    ("runc", "newuidmap: write to uid_map failed: Operation not permitted"),
], ids=["crun", "runc"])
def test_control(bundle, runtime, words):
    """It is the installed pair that maps: without its privilege each ends with what the one that it runs first has said."""
    outcome = bundle.run(runtime, THREE_UIDS, THREE_GIDS)
    assert outcome.status != 0 and words in outcome.stderr, str(outcome)
