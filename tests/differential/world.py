# SPDX-License-Identifier: BSD-3-Clause
"""What a case finds on the machine: the two pairs, and the files of /etc."""

import os
import re
import shutil
import struct

from cases import File

SCRATCH = os.environ.get("DIFFERENTIAL_SCRATCH", "")
BUILD = os.environ.get("UIDMAP_NG_BUILD", "")
LOOKUP_GROUP = 5999
TOOLS = {"uid": ("newuidmap", 7), "gid": ("newgidmap", 6)}  # and the number of the capability


def install():
    """Our pair in both ways, Debian's as its package has it, and uidmap-lookup where our pair looks for it."""
    for tool, capability in TOOLS.values():
        for name, source in (("setuid", BUILD), ("fcaps", BUILD), ("debian", "/usr/bin")):
            path = f"{SCRATCH}/tools/{name}/{tool}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copyfile(f"{source}/{tool}", path)
            os.chmod(path, 0o755 if name == "fcaps" else 0o4755)
            if name == "fcaps":  # revision 2, effective: what `setcap cap_setuid=ep` writes
                os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, 1 << capability, 0, 0, 0))
    for name, mode, gid in (("uidmap-lookup", 0o2711, LOOKUP_GROUP), ("uidmap-audit", 0o711, 0)):
        with open(f"{BUILD}/newuidmap", "rb") as file:
            path = re.search(rb"/[\x20-\x7e]*/" + name.encode() + rb"(?=\0)", file.read())[0].decode()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copyfile(f"{BUILD}/src/{name}", path)
        os.chown(path, 0, gid)
        os.chmod(path, mode)


present = {}  # the files in /etc that a case has put there


def set_files(files):
    """Changes only what differs from the case before."""
    for name in [name for name in present if present[name] != files.get(name)]:
        _remove(f"/etc/{name}")
        del present[name]
    for name, file in files.items():
        if name not in present:
            _put(f"/etc/{name}", file)
            present[name] = file


def _remove(path):
    if os.path.islink(path):
        os.unlink(os.readlink(path))
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    else:
        os.unlink(path)


def _put(path, file):
    if file.type == "directory":
        os.mkdir(path)
    elif file.type == "fifo":
        os.mkfifo(path)
    elif file.type == "link":
        _put(f"{path}.linked", File(file.text, file.mode, file.uid, file.gid))
        os.symlink(f"{path}.linked", path)
        return
    else:
        with open(path, "wb") as out:
            out.write(file.text.encode("latin-1"))
    os.chown(path, file.uid, file.gid)
    os.chmod(path, file.mode)
