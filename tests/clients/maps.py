# SPDX-License-Identifier: BSD-3-Clause
"""What a client is to get, as the kernel and the disk have it, and where its files are."""

import os
from pathlib import Path

# The whole of alice's: her own id and all that she is granted. Inside, 0 is 1000 on the host, 5 is 100004, 70000 is 204463.
WHOLE_MAP = [["0", "1000", "1"], ["1", "100000", "65536"], ["65537", "200000", "65536"]]

FIRST_GRANT = [["0", "100000", "65536"]]

READ_MAPS = ("cat", "/proc/self/uid_map", "/proc/self/gid_map")
SHOW_MAPS = "cat /proc/self/uid_map; echo; cat /proc/self/gid_map"


def lines_of(text):
    """The columns of each line, as the kernel shows a map."""
    return [line.split() for line in text.splitlines()]


def maps_in(text):
    """The maps that SHOW_MAPS has printed, uids and gids. Their lines are sorted: each client has its own order."""
    uids, _, gids = text.partition("\n\n")
    return sorted(lines_of(uids)), sorted(lines_of(gids))


def owner_of(path):
    """The file's uid and gid, as root on the host has them."""
    status = os.lstat(path)
    return status.st_uid, status.st_gid


def owner_in_storage(user, name):
    """The same of the only file of that name in the user's image storage."""
    found = [file for file in (user.home / ".local/share/containers/storage").rglob(name) if not file.is_symlink()]
    assert len(found) == 1, found
    return owner_of(found[0])


def new_directory(user):
    """A directory of the user's that the ids he is granted may enter and write."""
    script = 'chmod 755 "$HOME"; directory=$(mktemp --directory "$HOME/XXXXXX"); chmod 777 "$directory"; echo "$directory"'
    return Path(user.shell(script).succeeded().stdout.strip())
