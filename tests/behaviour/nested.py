# SPDX-License-Identifier: BSD-3-Clause
"""Running tests inside a user namespace that alice has made and mapped with the tool, as its root."""

import os
import shutil
import struct
import traceback

from processes import ALICE, CLONE_NEWNS, LIBC, MS_BIND, PR_SET_DUMPABLE, User, Target, become, check, mount, prctl
from support import DOCTOR, GID, INSTALL_MODE, OURS, SCRATCH, TOOL, UID, Result, reset_etc, run_tool

ROOT_INSIDE = User("root", 0, 0)
USER_INSIDE = User("somebody", 500, 600)
OUTSIDE_TOOLS = f"{SCRATCH}/outside"  # inside: those that were installed outside


def podmans(kind):
    """The maps of a rootless container: alice is root, the rest is what she is granted."""
    return (0, kind.own(ALICE), 1), (1, 100000, 65536)


class Inside(Target):
    """A process of alice in a new user namespace that the tool gives these extents. Then it becomes a user there and
    runs `body`, which finds an /etc and installed tools to its taste if that user is root. What fails is in `failure`
    once it has come to its end."""

    def __init__(self, body, extents=None, user=ROOT_INSIDE):
        super().__init__(ALICE)
        self.body, self.extents, self.inside_user = body, extents, user

    def __enter__(self):
        said, say = os.pipe()
        go_on, go = os.pipe()
        self.kept = (say, go_on)
        super().__enter__()
        os.close(say)
        os.close(go_on)
        for kind in (UID, GID):
            extents = self.extents or podmans(kind)
            assert run_tool(kind, self, *extents) == Result(0, "", "")
            assert self.map(kind) == sorted(extents)
        os.write(go, b"!")
        os.close(go)
        with os.fdopen(said) as pipe:
            self.failure = pipe.read()
        return self

    def live(self):
        say, go_on = self.kept
        os.read(go_on, 1)
        os.close(go_on)
        try:
            become(self.inside_user)
            prctl(PR_SET_DUMPABLE, 1)
            if self.inside_user is ROOT_INSIDE:
                settle()
            self.body()
        except BaseException:
            os.write(say, traceback.format_exc().encode()[-60000:])
        os.close(say)
        super().live()


def inside(body, extents=None, user=ROOT_INSIDE):
    """What fails there fails here."""
    with Inside(body, extents, user) as namespace:
        assert not namespace.failure, namespace.failure


def settle():
    """The files of tests, once more. The set-user-ID bit of outside has no effect here, where its owner has no number;
    the tools of this namespace have the same marks, set from here."""
    check(LIBC.unshare(CLONE_NEWNS))
    tools = os.open(f"{SCRATCH}/tools", os.O_PATH)
    mount("inside", SCRATCH, "tmpfs", options="mode=0755")
    for directory in ("etc", "tools", "outside"):
        os.mkdir(f"{SCRATCH}/{directory}")
    mount(f"/proc/self/fd/{tools}", OUTSIDE_TOOLS, flags=MS_BIND)
    os.close(tools)
    mount(f"{SCRATCH}/etc", "/etc", flags=MS_BIND)
    reset_etc()
    with open("/etc/passwd", "a") as file:
        file.write(f"{USER_INSIDE.name}:x:{USER_INSIDE.uid}:{USER_INSIDE.gid}::/:/bin/sh\n")
    for kind in (UID, GID):
        _install(kind)
    if OURS:
        shutil.copy(f"{OUTSIDE_TOOLS}/{DOCTOR}", f"{SCRATCH}/tools")


def _install(kind):
    with open(f"{OUTSIDE_TOOLS}/{kind.tool}", "rb") as file:
        program = file.read()
    path = f"{SCRATCH}/tools/{kind.tool}"
    with open(path, "wb") as file:
        file.write(program)
    os.chmod(path, 0o755 if INSTALL_MODE[TOOL] == "fcaps" else 0o4755)
    if INSTALL_MODE[TOOL] != "setuid":  # revision 2, which the kernel makes one that counts here
        os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, 1 << kind.capability, 0, 0, 0))
