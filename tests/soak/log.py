# SPDX-License-Identifier: BSD-3-Clause
"""The system log of the soak, and what its lines have to say."""

import os
import re
import socket
import struct

_LINE = re.compile(r'<(?P<priority>86|84)>(?P<tool>new[ug]idmap)\[(?P<pid>[0-9]+)\]: op=(?P<op>map-[ug]ids) '
                   r'uid=(?P<uid>[0-9]+) acct="[^" ]*"(?: opid=[0-9]+)?(?: map=(?P<map>[0-9:,]+))?(?: ranges=[0-9]+)?'
                   r'(?: source=[a-z]+)?(?: writable=\S+)?(?: reason=(?P<reason>[a-z0-9-]+))?(?: setgroups=deny)?'
                   r' res=(?P<result>success|failed)')


class Log:
    """Keeps every line by the process that has sent it, which the kernel knows."""

    def __init__(self, path="/dev/log"):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.setblocking(False)
        self.lines = {}
        self.count = 0

    def read(self):
        """A line is there when its send(2) returns."""
        while True:
            try:
                text, control, _, _ = self.socket.recvmsg(1 << 14, 64)
            except BlockingIOError:
                return
            self.count += 1
            self.lines.setdefault(struct.unpack("3i", control[0][2])[0], []).append(text.decode("latin-1"))

    def take(self, pid):
        self.read()
        return self.lines.pop(pid, [])


def wrong_lines(lines, case, pid, outcome, may_grant, whole):
    """What is wrong with the lines of a run; None if nothing is. `whole` runs have come to their end by themselves, and
    `may_grant` says that the request is one that can be granted."""
    found = [_LINE.fullmatch(line) for line in lines]
    if None in found:
        return "a line of another form"
    for line in found:
        if line["tool"] != f"new{case.kind}map" or line["op"] != f"map-{case.kind}s" or int(line["pid"]) != pid \
                or int(line["uid"]) != case.uid:
            return "a line about somebody else"
        if line["map"] and not _asked(case).startswith(line["map"]):
            return "a map that was not asked for"
        granted = line["result"] == "success"
        if granted != (line["reason"] is None) or granted != (line["priority"] == "86"):
            return "a line that contradicts itself"
    results = [line["result"] for line in found]
    if results not in ([], ["success"], ["failed"], ["success", "failed"]):
        return "lines that do not belong together"
    if "success" in results and not may_grant:
        return "a grant of what cannot be granted"
    wanted = {0: (["success"],), 1: (["failed"], ["success", "failed"])}.get(outcome.status, ()) if whole else ()
    if wanted and results not in wanted:
        return f"status {outcome.status} with lines that say {results}"
    return None


def _asked(case):
    numbers = case.words[1:]
    return ",".join(":".join(numbers[i:i + 3]) for i in range(0, len(numbers), 3))
