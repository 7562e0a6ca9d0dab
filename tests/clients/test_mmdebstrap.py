# SPDX-License-Identifier: BSD-3-Clause
"""mmdebstrap --mode=unshare, with an archive that holds one small package."""

import hashlib
import shutil
import tarfile

import pytest

from maps import FIRST_GRANT, lines_of, new_directory, owner_of
from matrix import client
from outcome import run

CONTROL = """Package: small
Version: 1
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: one file and a static program
"""
HOOK = 'cat /proc/self/uid_map /proc/self/gid_map > "$1/etc/maps"; chroot "$1" /bin/busybox chown 1000:1001 /etc/small'


@pytest.fixture(scope="session")
def archive(tmp_path_factory, small_root):
    """small_root makes the directories above readable for everybody."""
    tree, archive = small_root.parent / "package", small_root.parent / "archive"
    for directory in (tree / "DEBIAN", tree / "bin", tree / "etc", archive):
        directory.mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(CONTROL)
    (tree / "etc/small").write_text("small\n")
    shutil.copy("/bin/busybox", tree / "bin/busybox")
    package = archive / "small.deb"
    run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, package]).succeeded()
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    (archive / "Packages").write_text(
        f"{CONTROL}Filename: ./small.deb\nSize: {package.stat().st_size}\nSHA256: {digest}\n")
    return archive


def mmdebstrap(alice, archive, shape):
    """What it has made: a hook has read the maps inside, and the chroot's root has given a file away."""
    target = new_directory(alice) / "made"
    alice.run("mmdebstrap", "--quiet", "--mode=unshare", "--variant=extract", "--include=small", f"--format={shape}",
              f"--extract-hook={HOOK}", "", target, f"deb [trusted=yes] copy://{archive} ./").succeeded()
    return target


@client("mmdebstrap", "--mode=unshare, a directory", "mmdebstrap")
def test_directory(alice, archive):
    made = mmdebstrap(alice, archive, "directory")
    assert lines_of((made / "etc/maps").read_text()) == FIRST_GRANT * 2
    assert (owner_of(made / "etc"), owner_of(made / "etc/small")) == ((100000, 100000), (101000, 101001))


@client("mmdebstrap", "--mode=unshare, a tar", "mmdebstrap")
def test_tar(alice, archive):
    """The tar has the owners as they are inside, and is the user's."""
    made = mmdebstrap(alice, archive, "tar")
    with tarfile.open(made) as tar:
        members = {member.name: (member.uid, member.gid) for member in tar}
    assert (members["./etc"], members["./etc/small"]) == ((0, 0), (1000, 1001))
    assert owner_of(made) == (alice.uid, alice.gid)
