# SPDX-License-Identifier: BSD-3-Clause
"""A real log daemon puts the record into its file as it is, with a time and this machine's name before it."""

import os
import re
import subprocess
from contextlib import contextmanager

import pytest

from log import PATH
from processes import Target
from support import SCRATCH, assert_granted, grant, put, remove, run_tool

RANGE = (0, 100000, 65536)
HOME = f"{SCRATCH}/rsyslog"


@contextmanager
def rsyslogd():
    """Yields the pipe that has its lines. The modules are the machine's, on the overlay over /usr."""
    subprocess.run(["rm", "-rf", HOME], check=True)
    os.makedirs(HOME)
    os.mkfifo(f"{HOME}/lines")
    reader = os.open(f"{HOME}/lines", os.O_RDWR)
    put(f"{HOME}/conf", f"""module(load="imuxsock" SysSock.Name="{PATH}")
global(workDirectory="{HOME}")
authpriv.info |{HOME}/lines
""")
    process = subprocess.Popen(["rsyslogd", "-n", "-f", f"{HOME}/conf", "-i", f"{HOME}/pid"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not os.path.exists(PATH):  # its start
            assert process.poll() is None
        with os.fdopen(reader, "rb", buffering=0) as lines:
            yield lines
    finally:
        process.terminate()
        process.wait(10)
        remove(PATH)


def read_line(pipe):
    line = b""
    while not line.endswith(b"\n"):
        line += pipe.read(1)
    return line.decode()


@pytest.mark.parametrize("name", (b"alice", b"al\x1b[2J\xffi\"ce res=x"), ids=("plain", "hostile"))
def test_line(kind, name):
    put("/etc/passwd", b"%s:x:5001:5101::/:/bin/sh\n" % name)
    grant(kind, "5001:100000:65536")
    with rsyslogd() as lines, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        acct = {b"alice": "alice"}.get(name, r"al\x1b[2J\xffi\x22ce\x20res\x3dx")
        said = (f'op=map-{kind.name}s uid=5001 acct="{acct}" opid={target} map=0:100000:65536 source=files '
                'res=success')
        line = read_line(lines)
        assert re.match(rf"\S+( +\S+)* \S+ {kind.tool}\[\d+\]: ", line)
        assert line.endswith(f": {said}\n")
