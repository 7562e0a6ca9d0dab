# SPDX-License-Identifier: BSD-3-Clause
"""The command line, and where the output goes."""

import os
import re
import signal

import pytest

from programs import DEBIANS, NO_RANGES, OURS, USAGE, ask, assert_none, listing, neither_lists, run
from support import GID, UID, Result, grant

both = pytest.mark.parametrize("program", (DEBIANS, OURS), ids=("debians", "ours"))


@pytest.fixture(autouse=True)
def granted(fresh):
    grant(UID, "alice:100000:65536")
    grant(GID, "alice:300000:65536")


@both
@pytest.mark.parametrize("words", ((), ("-h",)))
def test_usage(program, words):
    """On standard error, with status 1, also when it was asked for."""
    assert run(program, *words) == Result(1, "", USAGE)


@both
@pytest.mark.parametrize("words, expected", (
    (("alice",), (100000, 65536)), (("-g", "alice"), (300000, 65536)),
    (("alice", "bob"), (100000, 65536)), (("alice", "-g"), (100000, 65536)), (("alice", "-h", "x"), (100000, 65536))))
def test_words(program, words, expected):
    """-g in front asks for gids; words behind the user do not count."""
    assert run(program, *words) == Result(0, listing("alice", expected), "")


@pytest.mark.parametrize("words", (("-g",), ("-g", "-g"), ("-g", "alice", "x"), ("--", "alice"), ("-h", "alice"),
                                   ("-u", "alice"), ("-ga",), ("-",), ("--help", "alice"), ("-g", "--help")))
def test_wrong_words(words):
    """Status 1 and nothing listed. Debian's program looks for a user of that name; ours shows the usage."""
    assert_none(run(DEBIANS, *words))
    result = run(OURS, *words)
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr == USAGE or result.first == NO_RANGES


@pytest.mark.parametrize("words", (("-g",), ("-u", "alice"), ("--", "alice")))
def test_wrong_words_are_explained(words):
    """With the usage."""
    assert run(OURS, *words).stderr == USAGE


def test_help_and_version():
    """Alone on the command line; Debian's program has neither."""
    for word in ("--help", "--version"):
        assert_none(run(DEBIANS, word))
    result = run(OURS, "--help")
    assert (result.status, result.stderr) == (0, "")
    assert result.stdout.startswith(USAGE)
    result = run(OURS, "--version")
    assert (result.status, result.stderr) == (0, "")
    assert re.fullmatch(r"getsubids \(uidmap-ng\) \d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize("user", ("", " ", "alice ", " alice", "ALICE", "a:b", "alice:100000", "alice\nbob", "+alice",
                                  "#alice", "x" * 255, "x" * 256, "x" * 5000, "\xff\xfe", "\x1b[31m", "*"))
def test_odd_names(kind, user):
    """Nobody's. What is said about them does not repeat them."""
    neither_lists(kind, user)
    assert all(line.startswith("getsubids: ") for line in ask(OURS, kind, user).detail.splitlines())
    assert "\x1b" not in ask(OURS, kind, user).stderr


@both
@pytest.mark.parametrize("fd", (0, 1, 2))
def test_closed_descriptor(program, fd):
    """One of the standard descriptors is not open: the others are used as ever."""
    result = run(program, "alice", prepare=lambda: os.close(fd))
    assert result.status == 0
    assert result.stdout == ("" if fd == 1 else listing("alice", (100000, 65536)))


def test_full_disk():
    """What could not be written is not a success; to Debian's program it is one."""
    with open("/dev/full", "wb") as full:
        assert run(DEBIANS, "alice", stdout=full).status == 0
        result = run(OURS, "alice", stdout=full)
    assert (result.status, result.stderr) == (1, "getsubids: cannot write: No space left on device\n")


@both
def test_closed_pipe(program):
    """Nobody reads: the signal ends it, as any program of its kind."""
    reader, writer = os.pipe()
    os.close(reader)
    result = run(program, "alice", stdout=writer, prepare=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    os.close(writer)
    assert result.status == -signal.SIGPIPE
