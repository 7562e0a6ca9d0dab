# SPDX-License-Identifier: BSD-3-Clause
"""What uidmap-shared-trees(7) says of ids that the map lacks, and under SECURITY."""

import errno
import os

import pytest

from world import BASE, TREES, WEB_MAP, Namespace, in_web, mount_mapped, owners, run

pytestmark = pytest.mark.usefixtures("web_root")
ROOT = "/srv/web/root"
NOBODY, WEB_ID0 = 65534, 300000
DENIED = "Permission denied"


# ---- ids that the map lacks ----------------------------------------------------------------------------------------

def open_error(path, flags):
    with pytest.raises(OSError) as caught:
        os.close(os.open(path, flags, 0o644))
    return caught.value.errno


def test_owner_that_the_map_lacks():
    """Such a file is nobody's, can be read, and not be written, by root of the container and of the host."""
    assert owners(f"{BASE}/far", f"{ROOT}/far") == [(70000, 70000), (NOBODY, NOBODY)]
    seen = in_web(["sh", "-c", "stat -c %u:%g /far; cat /far"], root=ROOT)
    assert seen.succeeded() == "65534:65534\nfar\n"
    in_web(["sh", "-c", "echo x >> /far"], root=ROOT).failed(DENIED)
    assert open_error(f"{ROOT}/far", os.O_WRONLY) == errno.EACCES
    with open(f"{BASE}/far") as file:
        assert file.read() == "far\n"


def test_maker_whom_the_map_lacks():
    """Root of the host has no id on disk by this map, and can make nothing there."""
    assert open_error(f"{ROOT}/home/new", os.O_WRONLY | os.O_CREAT) == errno.EOVERFLOW
    assert not os.path.exists(f"{BASE}/home/new")


# ---- what a container's root can leave on disk ---------------------------------------------------------------------

def test_set_user_id_program():
    """The container's root makes a set-user-ID program: on disk it is real root's, and whoever reaches it there is root."""
    in_web(["chmod", "4755", "/bin/id"], root=ROOT).succeeded()
    path = f"{BASE}/bin/id"
    assert owners(path) == [(0, 0)] and os.stat(path).st_mode & 0o7777 == 0o4755
    run("eve", [path, "-u"]).failed(DENIED)
    os.chmod(TREES, 0o755)
    assert run("eve", [path, "-u"]).succeeded() == "0\n"
    run("root", ["mount", "-o", "remount,bind,nosuid", TREES]).succeeded()
    assert run("eve", [path, "-u"]).succeeded() == "1002\n"


def test_set_user_id_program_through_the_mount():
    """There it has the container's root as its owner, for whoever reaches the mount: only its user does."""
    in_web(["chmod", "4755", "/bin/id"], root=ROOT).succeeded()
    run("eve", [f"{ROOT}/bin/id", "-u"]).failed(DENIED)
    assert run("web", [f"{ROOT}/bin/id", "-u"]).succeeded() == f"{WEB_ID0}\n"
    os.chmod("/srv/web", 0o755)
    assert run("eve", [f"{ROOT}/bin/id", "-u"]).succeeded() == f"{WEB_ID0}\n"


def effective_capabilities(user, grep):
    return run(user, [grep, "CapEff", "/proc/self/status"]).succeeded().split()[1]


def test_file_capability():
    """What the container's root sets is a capability of the host's on disk."""
    os.chmod(TREES, 0o755)
    assert effective_capabilities("eve", f"{BASE}/bin/grep") == "0" * 16
    os.chmod("/srv/web", 0o755)
    in_web(["setcap", "cap_setuid=ep", f"{ROOT}/bin/grep"]).succeeded()
    assert effective_capabilities("eve", f"{BASE}/bin/grep") == f"{1 << 7:016x}"
    assert effective_capabilities("eve", f"{ROOT}/bin/grep") == "0" * 16


def test_device_node():
    """The container's root cannot make one."""
    in_web(["mknod", "/dev/new", "c", "1", "3"], root=ROOT).failed("Operation not permitted")


@pytest.mark.parametrize("options, shown", (((), "rw,nosuid,relatime,idmapped"), (("suid",), "rw,relatime,idmapped"),
                                            (("ro",), "ro,nosuid,relatime,idmapped")), ids=("none", "suid", "ro"))
def test_options(options, shown):
    """On a nosuid file system the mount is nosuid, unless it is made suid; one that is read-only stays as it is."""
    run("root", ["mount", "-o", "remount,bind,nosuid", TREES]).succeeded()
    with Namespace("web", WEB_MAP) as namespace:
        mount_mapped(namespace, "/srv/web/second", *options).succeeded()
    assert run("root", ["findmnt", "-n", "-o", "VFS-OPTIONS", "/srv/web/second"]).succeeded() == f"{shown}\n"
    in_web(["chmod", "4755", "/bin/id"], root=ROOT).succeeded()
    user = WEB_ID0 if options == ("suid",) else 998
    assert run("web", ["/srv/web/second/bin/id", "-u"]).succeeded() == f"{user}\n"
    written = in_web(["touch", "/home/new"], root="/srv/web/second")
    assert (written.status == 0) == (options != ("ro",)) == os.path.exists(f"{BASE}/home/new")
    if written.status:
        written.failed("Read-only file system")
