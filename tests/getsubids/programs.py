# SPDX-License-Identifier: BSD-3-Clause
"""Our getsubids and Debian's, and what to expect of them."""

import os
import shutil
import subprocess

import support
from processes import ALICE, become
from support import GID, SCRATCH, SOURCE, UID, Result

OURS = f"{SCRATCH}/tools/getsubids"
DEBIANS = "/usr/bin/getsubids"
NO_RANGES = "Error fetching ranges"
USAGE = "Usage: getsubids [-g] user\n    list subuid ranges for user\n    pass -g to list subgid ranges\n"


def install():
    """Ours, with the pair that it tells about."""
    for kind in (UID, GID):
        support.install(kind, "tools", setuid=True, capability=False)
    shutil.copyfile(f"{SOURCE}/src/getsubids", OURS)
    os.chmod(OURS, 0o755)


def run(program, *words, user=ALICE, prepare=None, **options):
    """Runs one of them as the user. prepare runs in the new process, still as root."""
    def enter():
        if prepare:
            prepare()
        become(user)

    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    done = subprocess.run([program, *map(str, words)], preexec_fn=enter, timeout=30, env={}, **streams)
    return Result(done.returncode, (done.stdout or b"").decode("latin-1"), (done.stderr or b"").decode("latin-1"))


def words_for(kind, user):
    return ("-g", user) if kind is GID else (user,)


def ask(program, kind, owner, **start):
    return run(program, *words_for(kind, owner), **start)


def listing(owner, *ranges):
    """What stands on standard output."""
    return "".join(f"{i}: {owner} {first} {count}\n" for i, (first, count) in enumerate(ranges))


def assert_lists(result, owner, *ranges):
    assert result == Result(0, listing(owner, *ranges), "")


def assert_none(result, *words):
    """No ranges: shadow's line, status 1, and what our program says beside it."""
    assert (result.status, result.stdout, result.first) == (1, "", NO_RANGES)
    for word in words:
        assert word in result.detail


def both_list(kind, owner, *ranges, **start):
    """Debian's program and ours say the same."""
    for program in (DEBIANS, OURS):
        assert_lists(ask(program, kind, owner, **start), owner, *ranges)


def neither_lists(kind, owner, *words, **start):
    assert_none(ask(DEBIANS, kind, owner, **start))
    assert_none(ask(OURS, kind, owner, **start), *words)


def only_ours_lists(kind, owner, *ranges, debian=(), **start):
    """A difference: what Debian's program lists instead."""
    assert_lists(ask(OURS, kind, owner, **start), owner, *ranges)
    _assert_debian(kind, owner, debian, **start)


def only_debians_lists(kind, owner, *ranges, words=(), **start):
    """A difference: for ours there are no ranges."""
    assert_none(ask(OURS, kind, owner, **start), *words)
    _assert_debian(kind, owner, ranges, **start)


def _assert_debian(kind, owner, ranges, **start):
    result = ask(DEBIANS, kind, owner, **start)
    assert_lists(result, owner, *ranges) if ranges else assert_none(result)
