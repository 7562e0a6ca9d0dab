# SPDX-License-Identifier: BSD-3-Clause
"""Buildah and Skopeo, as an ordinary user runs them: each run is in a namespace of its own, for which newgidmap is run first.

They go on with a map of one id where the pair fails, so what tells is the map and whose the files are.
"""

import json

import pytest

from maps import SHOW_MAPS, WHOLE_MAP, lines_of, maps_in, owner_in_storage, owner_of
from matrix import client
from outcome import run


@pytest.fixture
def container(alice, small_root, out, pair):
    """A working container with a file that belongs to 5:70000 in it, and a name that no other file has."""
    (out / "file").touch()
    name = alice.run("buildah", "from", "--name", f"with-{pair}", "scratch").succeeded().stdout.strip()
    alice.run("buildah", "copy", name, small_root, "/").succeeded()
    alice.run("buildah", "copy", "--chown=5:70000", name, out / "file", f"/copied-{pair}").succeeded()
    yield name
    alice.run("buildah", "rm", name).succeeded()


def owners_in_layer(directory):
    """Whose the files of an image with one layer are, {name: "uid/gid"}; the image is in a directory as dir: has it."""
    manifest = json.loads((directory / "manifest.json").read_text())
    layer = directory / manifest["layers"][0]["digest"].removeprefix("sha256:")
    listing = run(["tar", "--list", "--verbose", "--numeric-owner", "--file", layer]).succeeded().stdout
    return {words[-1].rstrip("/"): words[1] for words in lines_of(listing)}


@client("Buildah", "unshare", "buildah")
def test_unshare(alice):
    """The namespace has alice's own id and all that she is granted."""
    outcome = alice.run("buildah", "unshare", "bash", "-c", SHOW_MAPS).succeeded()
    assert maps_in(outcome.stdout) == (WHOLE_MAP, WHOLE_MAP)


@pytest.mark.usefixtures("without_privilege")
def test_control(alice):
    """It is the installed pair that maps: without its privilege Buildah has alice's own id alone."""
    outcome = alice.run("buildah", "unshare", "bash", "-c", SHOW_MAPS).succeeded()
    assert maps_in(outcome.stdout) == ([["0", "1000", "1"]], [["0", "1000", "1"]]), str(outcome)
    assert "newgidmap: write to gid_map failed: Operation not permitted" in outcome.stderr, str(outcome)


@client("Buildah", "from scratch, copy, mount", "buildah")
def test_copy_and_mount(alice, container, pair):
    """What is copied for another user, and what is given to one in the mounted container, belongs to those whom alice
    is granted."""
    alice.run("buildah", "unshare", "bash", "-euc", """
        cd "$(buildah mount "$1")"
        touch "mounted-$2"
        chown 70000:5 "mounted-$2"
        cd /
        buildah umount "$1"
    """, "bash", container, pair).succeeded()
    assert owner_in_storage(alice, f"copied-{pair}") == (100004, 204463)
    assert owner_in_storage(alice, f"mounted-{pair}") == (204463, 100004)


@pytest.mark.parametrize("isolation, options", [
    ("chroot", []), ("rootless", ["--network=none"]), ("oci", ["--network=none"]),
], ids=["chroot", "rootless", "oci"])
@client("Buildah", "run --isolation={isolation}", "buildah")
def test_run(alice, container, pair, isolation, options):
    """A command in the working container has the whole map, and gives a file to another user."""
    name = f"run-{isolation}-{pair}"
    outcome = alice.run("buildah", "run", f"--isolation={isolation}", *options, container,
                        "sh", "-c", f"touch /{name}; chown 5:70000 /{name}; {SHOW_MAPS}").succeeded()
    assert maps_in(outcome.stdout) == (WHOLE_MAP, WHOLE_MAP), str(outcome)
    assert owner_in_storage(alice, name) == (100004, 204463)


@client("Buildah", "commit and push", "buildah")
def test_commit(alice, container, pair, out):
    """The layer of an image has the owners that the container had."""
    alice.run("buildah", "commit", container, f"localhost/{container}").succeeded()
    alice.run("buildah", "push", f"localhost/{container}", f"dir:{out}/image").succeeded()
    owners = owners_in_layer(out / "image")
    assert owners["bin/busybox"] == "0/0"
    assert owners[f"copied-{pair}"] == "5/70000"
    alice.run("buildah", "rmi", f"localhost/{container}").succeeded()


@pytest.fixture
def foreign_tar(out, pair):
    """A tar with a file that belongs to 5:70000."""
    name = f"skopeo-{pair}"
    (out / name).touch()
    tar = out / "image.tar"
    run(["tar", "--create", "--file", tar, "--directory", out, "--owner=5", "--group=70000", name]).succeeded()
    return tar


@pytest.mark.usefixtures("without_privilege")
def test_skopeo_control(alice, foreign_tar):
    """The same for Skopeo, which then cannot unpack what belongs to others."""
    outcome = alice.run("skopeo", "copy", f"tarball:{foreign_tar}", "containers-storage:localhost/without-privilege")
    assert outcome.status != 0, str(outcome)
    assert "newgidmap: write to gid_map failed: Operation not permitted" in outcome.stderr, str(outcome)


@client("Skopeo", "copy to containers-storage: and from it", "skopeo")
def test_skopeo(alice, foreign_tar, out, pair):
    """The files of an image belong in the storage to whom alice is granted, and to those whom the image names in a copy."""
    name = f"skopeo-{pair}"
    alice.run("skopeo", "copy", f"tarball:{foreign_tar}", f"containers-storage:localhost/{name}").succeeded()
    assert owner_in_storage(alice, name) == (100004, 204463)
    alice.run("skopeo", "copy", f"containers-storage:localhost/{name}", f"dir:{out}/image").succeeded()
    assert owners_in_layer(out / "image") == {name: "5/70000"}
    alice.run("skopeo", "delete", f"containers-storage:localhost/{name}").succeeded()
