# SPDX-License-Identifier: BSD-3-Clause
"""/dev/log as a log daemon has it, and as a broken one leaves it."""

import os
import socket
import struct
from dataclasses import dataclass

from support import remove

PATH = "/dev/log"
INFO, WARNING = 86, 84  # authpriv


@dataclass(frozen=True)
class Line:
    """One datagram, and who sent it as the kernel knows."""
    text: bytes
    pid: int
    uid: int


class Log:
    """A log daemon that reads when it is asked what it has."""

    def __init__(self, path=PATH):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        remove(PATH)

    def lines(self):
        """What has been sent so far: a datagram is there when its send(2) returns."""
        lines = []
        while True:
            try:
                text, control, _, _ = self.socket.recvmsg(1 << 17, 64, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return lines
            pid, uid, _ = struct.unpack("3i", control[0][2])
            lines.append(Line(text, pid, uid))

    def fill(self):
        """Until there is no room for another datagram."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(PATH)
            try:
                while True:
                    sender.send(b"x", socket.MSG_DONTWAIT)
            except BlockingIOError:
                pass
