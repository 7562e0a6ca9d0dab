# SPDX-License-Identifier: BSD-3-Clause
"""How a refusal is told: once, briefly, in plain characters, and never by a signal."""

import os
import socket

import pytest

from processes import PR_SET_CHILD_SUBREAPER, Target, prctl
from support import assert_refused, expect_granted, run_tool

pytestmark = pytest.mark.usefixtures("granted")

# Requests that are refused; {} is a target that would be fine.
REFUSALS = {
    "usage": (), "bad_pid": ("abc",), "bad_pid_with_triple": ("abc", 0, 100000, 10),
    "gone": (2147483647, 0, 100000, 10), "arity": ("{}", 0, 1), "malformed": ("{}", 0, "x", 1),
    "too_large": ("{}", 0, 4294967296, 1), "owner": (1, 0, 100000, 10), "not_allowed": ("{}", 0, 300000, 10),
    "overlap": ("{}", 0, 100000, 10, 5, 100100, 10), "descriptor": ("fd:99", 0, 100000, 1),
    "too_many": ("{}", *(word for i in range(341) for word in (i, 100000 + i, 1))), "escapes": ("\x1b[31m\r\n\x07",),
    "escapes_in_number": ("{}", 0, "\x1b]0;x\x07\n", 1), "high_bytes": ("{}", "\udc9b\u00e9", 1, 1),
    "long_target": ("9" * 100000,), "long_word": ("{}", 0, "x" * 100000, 1),
    "many_words": ("{}", *["y" * 100] * 900),
}


def words(request, target):
    return [str(target) if word == "{}" else word for word in request]


@pytest.fixture(params=REFUSALS.values(), ids=REFUSALS)
def refusal(request):
    """One request after the other that is refused."""
    return request.param


def messages(kind, request):
    """What a run with this request writes to stderr, one element for each write."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, Target() as target:
        with theirs:
            result = run_tool(kind, *words(request, target), stderr=theirs)
        assert (result.status, result.stdout) == (1, "")
        assert target.state() == target.before
        return list(iter(lambda: ours.recv(1 << 20), b""))


def test_one_write(kind, refusal):
    """LXC reads once, 4095 bytes at most, and drops the last byte."""
    written = messages(kind, refusal)
    assert len(written) == 1
    assert len(written[0]) < 4096
    assert written[0].endswith(b"\n")


def test_plain_characters(kind, refusal):
    """Only printable ASCII and newlines reach a terminal or a log, whatever was in the arguments."""
    assert all(byte == 0x0a or 0x20 <= byte <= 0x7e for byte in b"".join(messages(kind, refusal)))


@pytest.mark.parametrize("request_with_words", list(REFUSALS.values())[1:], ids=list(REFUSALS)[1:])
def test_every_line_has_its_place(kind, request_with_words):
    """After the first line there are a reason and perhaps hints, each with the program's name."""
    first, *rest = b"".join(messages(kind, request_with_words)).decode().splitlines()
    assert first
    assert any(line.startswith(f"{kind.tool}: reason: ") for line in rest)
    assert all(line.startswith((f"{kind.tool}: reason: ", f"{kind.tool}: hint: ")) for line in rest)


@pytest.mark.parametrize("byte", ("\x1b", "\n", "\r", "\t", "\x07", "\x7f", "\udc9b", "\udcff"), ids=ascii)
def test_odd_bytes_are_escaped(kind, byte):
    """A byte that is not shown as it is comes as \\xNN."""
    shown = rf"\x{os.fsencode(byte)[0]:02x}"
    for request in ((f"a{byte}b", 0, 100000, 1), ("{}", 0, f"a{byte}b", 1)):
        with Target() as target:
            assert f"a{shown}b" in run_tool(kind, *words(request, target)).stderr


def test_closed_pipe(kind, refusal):
    """A reader that is gone does not turn a refusal into a death by signal, which runc and crun take for success."""
    reader, writer = os.pipe()
    os.close(reader)
    with Target() as target:
        result = run_tool(kind, *words(refusal, target), stderr=writer)
        assert (result.status, target.state()) == (1, target.before)
    os.close(writer)


@pytest.mark.parametrize("path", ("/dev/full", "/dev/null"))
def test_stderr_that_takes_nothing(kind, path):
    """The status does not depend on who listens."""
    with open(path, "wb") as stderr:
        with Target() as target:
            assert run_tool(kind, target, (0, 300000, 10), stderr=stderr).status == 1
        with Target() as target:
            assert run_tool(kind, target, (0, 100000, 10), stderr=stderr).status == 0
            assert target.map(kind) == [(0, 100000, 10)]


def test_full_stdout(kind):
    """Nothing is written to stdout, so a full one is no matter."""
    with open("/dev/full", "wb") as stdout:
        expect_granted(kind, (0, 100000, 10), stdout=stdout)


def test_no_process_is_left(kind):
    """A run ends with its process: nothing of it goes on."""
    def children():
        with open("/proc/thread-self/children") as file:
            return sorted(map(int, file.read().split()))

    prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a run leaves behind becomes a child of this process
    with Target() as target:
        assert children() == [target.pid]
        assert_refused(run_tool(kind, target, (0, 300000, 10)), target)
        run_tool(kind, target, (0, 100000, 10))
        assert children() == [target.pid]
