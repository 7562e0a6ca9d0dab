# SPDX-License-Identifier: BSD-3-Clause
"""The kernel's audit: whether it is on, what it records, and uidmap-audit in its place."""

import os
import re
import select
import shutil
import socket
import struct
import subprocess
import time

from support import SCRATCH, SOURCE, put, remove

PID_FILE = "/run/auditd.pid"
COMMAND_LINE = f"{SCRATCH}/cmdline"
USYS_CONFIG = 1111
NETLINK_AUDIT, READERS = 9, 1
PATIENCE = 10  # seconds, for what must come


def _program():
    """The path that is compiled into the pair."""
    with open(f"{SOURCE}/newuidmap", "rb") as file:
        return re.search(rb"/[\x20-\x7e]*/uidmap-audit(?=\0)", file.read())[0].decode()


PROGRAM = _program()


def install(mode=0o711, uid=0, gid=0, source=f"{SOURCE}/src/uidmap-audit"):
    """As packages do."""
    remove(PROGRAM)
    os.makedirs(os.path.dirname(PROGRAM), exist_ok=True)
    shutil.copyfile(source, PROGRAM)
    os.chown(PROGRAM, uid, gid)
    os.chmod(PROGRAM, mode)


def status():
    """As auditctl(8) shows it."""
    said = subprocess.run(["auditctl", "-s"], check=True, capture_output=True, text=True).stdout
    return {words[0]: int(words[1]) for words in map(str.split, said.splitlines()) if words[1].isdigit()}


def reset():
    """Off, and installed."""
    off()
    install()


def command_line(text):
    """What the kernel seems to have been started with."""
    if not os.path.exists(COMMAND_LINE):
        put(COMMAND_LINE, "")
        subprocess.run(["mount", "--bind", COMMAND_LINE, "/proc/cmdline"], check=True)
    with open(COMMAND_LINE, "w") as file:
        file.write(text)


def off():
    subprocess.run(["auditctl", "-e", "0"], check=True, capture_output=True)
    command_line("quiet\n")
    remove(PID_FILE)


def on():
    """As an auditd would leave it that the kernel does not know: what is recorded goes to all readers."""
    enable()
    put(PID_FILE, "1\n")


def enable():
    subprocess.run(["auditctl", "-e", "1"], check=True, capture_output=True)


class Reader:
    """Hears every record."""

    def __enter__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT)
        self.socket.bind((0, READERS))
        return self

    def __exit__(self, *_):
        self.socket.close()

    def about(self, target):
        """Every record of ours about a target so far. The kernel hands records out in their order, so what comes before a
        marker that is sent now is all."""
        marker = f"marker-{time.monotonic_ns()}"
        subprocess.run(["auditctl", "-m", marker], check=True, capture_output=True)
        found, end = [], time.monotonic() + PATIENCE
        while select.select([self.socket], [], [], end - time.monotonic())[0]:
            message = self.socket.recv(1 << 16)
            kind, text = struct.unpack_from("=IH", message)[1], message[16:].rstrip(b"\0\n").decode("latin-1")
            if marker in text:
                return found
            if kind == USYS_CONFIG and f" opid={target} " in text:
                found.append(Fields(text))
        raise TimeoutError(marker)


class Fields(dict):
    """The fields of a record: those that the kernel put first, and ours, which it has in single quotes."""

    def __init__(self, text):
        outer, _, inner = text.partition(" msg='")
        super().__init__(word.split("=", 1) for word in inner.rstrip("'").split(" "))
        self.kernel = dict(word.split("=", 1) for word in outer.split(" ") if "=" in word)
        self.text = text
