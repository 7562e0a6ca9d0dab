# SPDX-License-Identifier: BSD-3-Clause
"""What runs could leave behind: processes, mounts, files, shared memory, lines in the log that nobody has written."""

import os
import time

PATIENCE = 15  # seconds, for companions whose helper was killed


def _read(path):
    with open(path) as file:
        return file.read()


def look():
    """All that must be as it was. The files are those of the run's own file systems."""
    places = ("/run", "/dev", "/etc")
    files = {path for place in places for root, names, plain in os.walk(place)
             for path in (root, *(f"{root}/{name}" for name in (*names, *plain)))}
    return {"mounts": _read("/proc/self/mounts"), "files": files,
            "shared memory": "".join(_read(f"/proc/sysvipc/{kind}") for kind in ("shm", "sem", "msg"))}


def compare(before, soak):
    """What is left, in words."""
    end = time.monotonic() + PATIENCE
    while len(_processes()) > 1 and time.monotonic() < end:
        time.sleep(0.01)
        soak._reap()
    after = look()
    after["files"] -= {"/dev/log", "/run/soak/dev/log"}
    soak.log.read()
    left = [f"{what} have changed: {_difference(before[what], after[what])}" for what in before
            if before[what] != after[what]]
    left += [f"process {pid}: {_read(f'/proc/{pid}/stat')}" for pid in _processes() - {os.getpid()}]
    return left + [f"a line of process {pid}, which was no run: {lines}" for pid, lines in soak.log.lines.items()]


def _processes():
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


def _difference(before, after):
    return before ^ after if isinstance(before, set) else after
