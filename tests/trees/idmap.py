# SPDX-License-Identifier: BSD-3-Clause
"""idmap.py PID TREE TARGET: mounts the tree at the target with the map of the process's user namespace, by the system
calls alone: open_tree(2), mount_setattr(2), move_mount(2). The exit status is the errno of the one that fails."""

import ctypes
import os
import struct
import sys

# The same on every processor: asm-generic/unistd.h. The flags are those of linux/mount.h and linux/fcntl.h.
OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH, MOUNT_ATTR_IDMAP = 1, 4, 0x100000
AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000
LIBC = ctypes.CDLL(None, use_errno=True)


def call(*arguments):
    outcome = LIBC.syscall(*(ctypes.c_long(word) if isinstance(word, int) else word for word in arguments))
    if outcome < 0:
        sys.exit(ctypes.get_errno())
    return outcome


def main(process, tree, target):
    namespace = os.open(f"/proc/{process}/ns/user", os.O_RDONLY)
    mount = call(OPEN_TREE, AT_FDCWD, tree.encode(), OPEN_TREE_CLONE)
    wanted = struct.pack("=4Q", MOUNT_ATTR_IDMAP, 0, 0, namespace)
    call(MOUNT_SETATTR, mount, b"", AT_EMPTY_PATH, wanted, len(wanted))
    call(MOVE_MOUNT, mount, b"", AT_FDCWD, target.encode(), MOVE_MOUNT_F_EMPTY_PATH)


if __name__ == "__main__":
    main(*sys.argv[1:])
