# SPDX-License-Identifier: BSD-3-Clause
"""The Debian 13 root that the suite runs in: its users, the pair under test, and a tree on an ext4 of its own."""

import fcntl
import glob
import os
import shutil
import stat
import subprocess

import pytest

pytest.register_assert_rewrite("world")

import page  # noqa: E402  (after the line above, so that its assertions explain themselves)
from world import BASE, TREES, WEB_MAP, Namespace, mount_mapped, run  # noqa: E402

LOOP_MAJOR, LOOP_CONTROL, LOOP_CTL_GET_FREE = 7, (10, 237), 0x4C82  # linux/major.h, miscdevice.h, loop.h
IMAGE = "/run/trees.img"
FAR_ID = 70000  # in nobody's map
CAPABILITIES = {"newuidmap": "cap_setuid=ep", "newgidmap": "cap_setgid=ep"}


def pytest_configure():
    if "UIDMAP_NG_TREES" not in os.environ:
        pytest.exit("start these tests with tests/trees/run: they mount, and make users", returncode=4)


def command(*words):
    subprocess.run(words, check=True)


@pytest.fixture(scope="session", autouse=True)
def machine():
    """Users with the grants that the page names, and what Podman needs."""
    os.mkdir("/run/user")
    for name, uid in (("alice", 1000), ("web", 998), ("eve", 1002)):
        command("useradd", "--create-home", f"--uid={uid}", "--user-group", name)
        os.mkdir(f"/run/user/{uid}", 0o700)
        shutil.chown(f"/run/user/{uid}", name, name)
    for path in ("/etc/subuid", "/etc/subgid"):
        with open(path, "w") as file:
            file.write("\n".join(page.grants()) + "\n")
    os.mknod("/dev/loop-control", stat.S_IFCHR | 0o600, os.makedev(*LOOP_CONTROL))
    for tool in CAPABILITIES:
        shutil.copy(f"/usr/bin/{tool}", f"/run/debian-{tool}")
    command("mount", "--make-rshared", "/")


def install(form):
    for tool, capability in CAPABILITIES.items():
        source = f"/run/debian-{tool}" if form == "debian" else f"/suite/{tool}"
        os.unlink(f"/usr/bin/{tool}")
        shutil.copyfile(source, f"/usr/bin/{tool}")
        os.chmod(f"/usr/bin/{tool}", 0o755 if form == "fcaps" else 0o4755)
        if form == "fcaps":
            command("setcap", capability, f"/usr/bin/{tool}")


@pytest.fixture(params=["setuid"])
def pair(request):
    """Ours, setuid root, where a test does not ask for each form: setuid, fcaps, and Debian's own."""
    install(request.param)
    yield request.param
    # Ends the process that keeps the user namespace which this pair has mapped for Podman.
    run("alice", ["podman", "system", "migrate"]).succeeded()


def attach_and_mount():
    """mount(8) frees the loop device when the file system goes, also by the end of the namespace. Somebody else may take
    a device after it was found free."""
    for _ in range(10):
        with open("/dev/loop-control") as control:
            number = fcntl.ioctl(control, LOOP_CTL_GET_FREE)
        device = f"/dev/loop{number}"
        if not os.path.exists(device):
            os.mknod(device, stat.S_IFBLK | 0o600, os.makedev(LOOP_MAJOR, number))
        result = run("root", ["mount", "-o", f"loop={device}", IMAGE, TREES])
        if result.status == 0:
            return
    pytest.fail(str(result))


@pytest.fixture
def tree(machine):
    """A fresh ext4 with a small root file system, owned by 0, 1000 and an id that nobody maps."""
    with open(IMAGE, "wb") as file:
        file.truncate(64 << 20)
    command("mkfs.ext4", "-q", "-F", IMAGE)
    os.mkdir(TREES)
    attach_and_mount()
    os.chmod(TREES, 0o700)
    for directory in ("bin", "dev", "etc", "home/kim", "proc", "run", "sys", "tmp"):
        os.makedirs(f"{BASE}/{directory}")
    os.chown(f"{BASE}/home/kim", 1000, 1000)
    for program in ("/bin/busybox", "/usr/bin/id", "/usr/bin/grep"):
        shutil.copy(program, f"{BASE}/bin")
    for applet in ("cat", "chmod", "mknod", "sh", "stat", "touch"):
        os.symlink("busybox", f"{BASE}/bin/{applet}")
    with open(f"{BASE}/far", "w") as file:
        file.write("far\n")
    os.chown(f"{BASE}/far", FAR_ID, FAR_ID)
    yield BASE
    command("umount", *mounts_below_srv())
    command("rm", "--recursive", "--force", "--one-file-system", *glob.glob("/srv/*"), IMAGE)


def mounts_below_srv():
    """Those that stand on no other, the last one first."""
    with open("/proc/self/mounts") as file:
        paths = [line.split()[1] for line in file]
    return [path for path in reversed(paths) if path.startswith("/srv/")]


@pytest.fixture
def web_root(pair, tree):
    """The tree as the second example mounts it for the account web."""
    with Namespace("web", WEB_MAP) as namespace:
        os.mkdir("/srv/web", 0o700)
        shutil.chown("/srv/web", "web", "web")
        mount_mapped(namespace, "/srv/web/root").succeeded()
    return "/srv/web/root"
