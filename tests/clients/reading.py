# SPDX-License-Identifier: BSD-3-Clause
"""What tests read back, and where their users' files are."""

import os
from pathlib import Path

READ_MAPS = ("cat", "/proc/self/uid_map", "/proc/self/gid_map")
OWN_ID_AND_ALL_GRANTS = [["0", "1000", "1"], ["1", "100000", "65536"], ["65537", "200000", "65536"]]
FIRST_GRANT = [["0", "100000", "65536"]]


def lines_of(text):
    """The columns of each line, as the kernel shows a map."""
    return [line.split() for line in text.splitlines()]


def owner_of(path):
    """The file's uid and gid, as they are outside of any namespace."""
    status = os.lstat(path)
    return status.st_uid, status.st_gid


def new_directory(user):
    """A directory of the user's that the ids he is granted may enter and write."""
    script = 'chmod 755 "$HOME"; directory=$(mktemp --directory "$HOME/XXXXXX"); chmod 777 "$directory"; echo "$directory"'
    return Path(user.shell(script).succeeded().stdout.strip())
