# SPDX-License-Identifier: BSD-3-Clause
"""What uidmap-shared-trees(7) says is needed, who may do it, and which namespace the kernel takes."""

import errno
import os

import pytest

from world import ALICE_MAP, BASE, WEB_CONTAINER, WEB_MAP, Namespace, in_web, mount_mapped, owners, run

pytestmark = pytest.mark.usefixtures("pair", "tree")
TARGET = "/srv/target"
NOT_PERMITTED, INVALID = "Operation not permitted", "Invalid argument"

# Done as root of a namespace of his own, who needs no grant to map its ids below it.
ALONE = """
set -e
mount -t tmpfs none /mnt
mkdir /mnt/shown /mnt/own /mnt/tree
touch /mnt/tree/root /mnt/tree/kim
chown 10:10 /mnt/tree/kim
coproc helper { exec unshare --user sh -c 'echo $$; exec cat'; }
read -r pid <&"${helper[0]}"
echo 0 2000 1000 | tee "/proc/$pid/uid_map" > "/proc/$pid/gid_map"
mount --bind -o "X-mount.idmap=/proc/$pid/ns/user" /mnt/tree /mnt/shown
stat -c %u:%g /mnt/shown/root /mnt/shown/kim
mount --bind -o X-mount.idmap=/proc/self/ns/user /mnt/tree /mnt/own || echo "own namespace: status $?"
"""


def idmap(user, *arguments, prefix=()):
    """The three system calls as a user. The errno of the one that fails."""
    return run(user, [*prefix, "python3", "-IB", "/suite/idmap.py", *map(str, arguments)]).status


def test_user_is_refused():
    """A user cannot mount, with the program or by the system calls in a namespace of his own; nor can the root of a
    container that has all his ids."""
    os.chmod("/srv/trees", 0o755)
    os.makedirs(TARGET)
    with Namespace("web", WEB_MAP) as namespace:
        run("web", ["mount", "--bind", "-o", f"X-mount.idmap={namespace}", BASE, TARGET]).failed("must be superuser")
        for prefix in ([], ["unshare", "--map-root-user", "--mount"], ["unshare", *WEB_CONTAINER]):
            assert idmap("web", namespace.said, BASE, TARGET, prefix=prefix) == errno.EPERM
        assert idmap("root", namespace.said, BASE, TARGET) == 0
    assert owners(f"{TARGET}/bin") == [(300000, 300000)]


def test_tmpfs_of_ones_own():
    """For a file system that he has mounted himself a user needs nobody, but a second namespace."""
    result = run("web", ["unshare", *WEB_CONTAINER, "bash", "-c", ALONE])
    assert result.succeeded() == "2000:2000\n2010:2010\nown namespace: status 32\n"
    assert INVALID in result.stderr


def test_initial_namespace():
    """It is refused."""
    mount_mapped("/proc/1/ns/user", TARGET).failed(NOT_PERMITTED)


@pytest.mark.parametrize("uids, gids", (((), ()), (WEB_MAP, ()), ((), WEB_MAP)), ids=("none", "uids", "gids"))
def test_namespace_without_both_maps(uids, gids):
    """Without a map of uids, or of gids, it is refused."""
    with Namespace("web", uids, gids) as namespace:
        mount_mapped(namespace, TARGET).failed(INVALID)


def test_mapped_already():
    """A map cannot be put on another."""
    with Namespace("web", WEB_MAP) as web, Namespace("alice", ALICE_MAP) as alice:
        mount_mapped(web, TARGET).succeeded()
        mount_mapped(alice, "/srv/again", tree=TARGET).failed(NOT_PERMITTED)


def test_mount_outlives_namespace():
    """When no process is left in the namespace, the mount shows what it showed before, and a file can be written."""
    with Namespace("web", WEB_MAP) as namespace:
        mount_mapped(namespace, TARGET).succeeded()
    assert owners(f"{TARGET}/bin", f"{TARGET}/home/kim") == [(300000, 300000), (301000, 301000)]
    in_web(["touch", "/home/late"], root=TARGET).succeeded()
    assert owners(f"{BASE}/home/late") == [(0, 0)]


# ---- Debian 12 -----------------------------------------------------------------------------------------------------

@pytest.fixture
def bookworm(tree):
    """Runs a command in the Debian 12 root, which has the same mounts below /srv."""
    run("root", "mount --rbind /srv /bookworm/srv && mount --make-rprivate /bookworm/srv && "
        "mount --bind /proc /bookworm/proc").succeeded()
    yield lambda *words: run("root", ["chroot", "/bookworm", *map(str, words)])
    run("root", "umount /bookworm/proc && umount --recursive /bookworm/srv").succeeded()


def test_mount_of_debian_12_passes_over_the_option(bookworm):
    """util-linux 2.38 mounts without the map and succeeds; findmnt tells."""
    os.makedirs(TARGET)
    with Namespace("web", WEB_MAP) as namespace:
        bookworm("mount", "--bind", "-o", f"X-mount.idmap={namespace}", BASE, TARGET).succeeded()
    assert bookworm("stat", "-c", "%u", f"{TARGET}/bin").succeeded() == "0\n"
    assert bookworm("findmnt", "-n", "-o", "VFS-OPTIONS", TARGET).succeeded() == "rw,relatime\n"


def test_system_calls_in_debian_12(bookworm):
    """With the system calls themselves, Debian 12's Python has the mount that its mount(8) does not make."""
    os.makedirs(TARGET)
    with open("/suite/idmap.py") as file:
        program = file.read()
    with Namespace("web", WEB_MAP) as namespace:
        bookworm("python3", "-IBc", program, namespace.said, BASE, TARGET).succeeded()
    assert bookworm("stat", "-c", "%u", f"{TARGET}/bin", f"{TARGET}/home/kim").succeeded() == "300000\n301000\n"
    assert bookworm("findmnt", "-n", "-o", "VFS-OPTIONS", TARGET).succeeded() == "rw,relatime,idmapped\n"
