# SPDX-License-Identifier: BSD-3-Clause
"""User namespaces with maps, as containers have them, and targets in and below them."""

import os
from contextlib import contextmanager

from processes import CLONE_NEWUSER, LIBC, ROOT, Target, become, check, prctl
from support import GID, UID

PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2


def enter(process):
    """Goes into the user namespace of a process, as root of it."""
    fd = os.open(f"/proc/{process}/ns/user", os.O_RDONLY)
    check(LIBC.setns(fd, CLONE_NEWUSER))
    os.close(fd)


class Nested(Target):
    """A target whose namespace was made in that of a container."""

    def __init__(self, container, **rest):
        self.container = container
        super().__init__(**rest)

    def settle(self):
        enter(self.container)
        become(self.user, self.gid)


class Guest(Target):
    """A process of the user in a namespace that somebody else has made."""

    def __init__(self, host, **rest):
        self.host = host
        super().__init__(namespace=False, **rest)

    def settle(self):
        prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)  # entering takes privilege
        become(self.user, self.gid)
        enter(self.host)


@contextmanager
def container(uids=((0, 0, 4294967295),), gids=None, maker=ROOT):
    """A user namespace with these maps, which root has written, so that groups may be set there."""
    with Target(maker) as process:
        for kind, extents in ((UID, uids), (GID, uids if gids is None else gids)):
            with open(f"/proc/{process}/{kind.map_file}", "w") as file:
                file.write("".join(f"{' '.join(map(str, extent))}\n" for extent in extents))
        yield process
