# SPDX-License-Identifier: BSD-3-Clause
"""What a root has of the package, and what an ordinary user gets from it."""

import os
import stat
import subprocess

# struct vfs_cap_data, revision 2, effective: linux/capability.h. CAP_SETUID is 7, CAP_SETGID 6.
CAPABILITIES = {"newuidmap": "0100000280000000000000000000000000000000",
                "newgidmap": "0100000240000000000000000000000000000000"}
WITH_CAPABILITIES = {tool: (0o755, "0:0", value) for tool, value in CAPABILITIES.items()}
SETUID_ROOT = {tool: (0o4755, "0:0", None) for tool in CAPABILITIES}
LOST = {tool: (0o755, "0:0", None) for tool in CAPABILITIES}

# An ordinary user and what he is granted.
ADD_USER = """
useradd --uid 4242 --user-group --create-home --shell /bin/bash alice
printf 'alice:500000:65536\\n' > /etc/subuid
printf 'alice:600000:65536\\n' > /etc/subgid
"""

# Maps a namespace of the user's own, as Podman would; prints each tool's exit status and the map that is then there.
MAP = """
run_as_alice() { setpriv --reuid=4242 --regid=4242 --clear-groups "$@"; }
run_as_alice bash -c '
    coproc TARGET { exec unshare --user sh -c "echo in its namespace; read -r end"; }
    read -r <&"${TARGET[0]}"
    for id in "uid 500000" "gid 600000"; do
        set -- $id
        status=0
        "new$1map" "$TARGET_PID" 0 4242 1 1 "$2" 65536 || status=$?
        echo "$1 $status:" $(cat "/proc/$TARGET_PID/$1_map")
    done'
"""
MAPPED = "uid 0: 0 4242 1 1 500000 65536\ngid 0: 0 4242 1 1 600000 65536\n"


def mark(root, path):
    """Mode, owner and group, and the file capability in hexadecimal digits."""
    file = root.path / path
    status = file.lstat()
    try:
        capability = os.getxattr(file, "security.capability").hex()
    except OSError:
        capability = None
    return stat.S_IMODE(status.st_mode), f"{status.st_uid}:{status.st_gid}", capability


def marks(root):
    return {tool: mark(root, f"usr/bin/{tool}") for tool in CAPABILITIES}


def group_id(root, name="_uidmap"):
    for line in (root.path / "etc/group").read_text().splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return fields[2]
    return None


def is_as_configured(root):
    """The pair have their capabilities, and uidmap-lookup its group."""
    assert marks(root) == WITH_CAPABILITIES
    assert mark(root, "usr/libexec/uidmap-lookup") == (0o2711, f"0:{group_id(root)}", None)
    assert mark(root, "usr/libexec/uidmap-audit") == (0o711, "0:0", None)


def newer(package, tmp_path):
    """The bytes of the same package with a higher version."""
    tree = tmp_path / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 9:", 1))
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, tmp_path / "newer.deb"], check=True,
                   stdout=subprocess.DEVNULL)
    return (tmp_path / "newer.deb").read_bytes()
