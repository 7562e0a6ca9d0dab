# SPDX-License-Identifier: BSD-3-Clause
"""newuidmap and newgidmap in both ways of installing them, as users of the directory run them, and what to expect."""

import os
import re
import shutil
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from subprocess import Popen

from directory import RANGES, USER
from held import Process, children, until
from processes import Target
from support import GID, SCRATCH, SOURCE, UID, Kind, Result, assert_granted, assert_refused, install, start_tool

LOOKUP_GROUP = 5999  # that of uidmap-lookup; nobody is in it

# How long a run may take, in seconds: at least, at most.
AT_ONCE = (0, 4)         # nobody is waited for
SERVER_AWAY = (5, 8)     # SSSD has waited for its server
OUR_PATIENCE = (7.9, 10)  # nothing has answered


@dataclass(frozen=True)
class Tool:
    kind: Kind
    mode: str

    def __str__(self):
        return f"{self.mode}-{self.kind.name}"

    @property
    def path(self):
        return f"{SCRATCH}/tools/{self.mode}/{self.kind.tool}"


TOOLS = [Tool(kind, mode) for mode in ("setuid", "fcaps") for kind in (UID, GID)]


def install_all():
    for tool in TOOLS:
        install(tool.kind, f"tools/{tool.mode}", setuid=tool.mode == "setuid", capability=tool.mode == "fcaps")
    os.makedirs(os.path.dirname(lookup_path()), exist_ok=True)
    shutil.copyfile(f"{SOURCE}/src/uidmap-lookup", lookup_path())
    os.chown(lookup_path(), 0, LOOKUP_GROUP)
    os.chmod(lookup_path(), 0o2711)


def lookup_path():
    """Where the pair looks for uidmap-lookup: it is compiled in."""
    with open(f"{SOURCE}/newuidmap", "rb") as file:
        return re.search(rb"/[\x20-\x7e]*/uidmap-lookup(?=\0)", file.read())[0].decode()


# ---- runs ----------------------------------------------------------------------------------------------------------

@dataclass
class Run:
    """A tool that was started to map `extents` into a fresh target."""
    tool: Tool
    extents: tuple
    target: Target
    process: Popen
    began: float

    def lookup(self):
        """Its uidmap-lookup, of which it waits for an answer: its only child."""
        until(lambda: self.process.poll() is not None or children(self.process.pid), "waiting for uidmap-lookup")
        assert self.process.returncode is None, self.process.stderr.read()
        return Process(children(self.process.pid)[0])

    def maps(self, within=AT_ONCE):
        assert_granted(self._end(within), self.target, self.tool.kind, *self.extents)

    def is_refused(self, words, within=AT_ONCE):
        """`words` are the first line and what the reason begins with; what is granted instead may follow."""
        result = self._end(within)
        assert_refused(result, self.target)
        first, reason = result.stderr.splitlines()[:2]
        assert (first, reason[:len(words[1])]) == tuple(words)

    def _end(self, within):
        least, most = within
        out, err = self.process.communicate(timeout=max(0, self.began + most - time.monotonic()))
        assert time.monotonic() - self.began >= least
        return Result(self.process.returncode, out.decode(), err.decode())


@contextmanager
def started(tool, *extents, user=USER, gid=None, **start):
    with Target(user, gid) as target:
        began = time.monotonic()
        with start_tool(tool.kind, target, *extents, user=user, gid=gid, path=tool.path, **start) as process:
            try:
                yield Run(tool, extents, target, process, began)
            finally:
                process.kill()


def expect_map(tool, *extents, within=AT_ONCE, **start):
    with started(tool, *extents, **start) as run:
        run.maps(within)


def expect_refusal(tool, words, *extents, within=AT_ONCE, **start):
    with started(tool, *extents, **start) as run:
        run.is_refused(words, within)


def expect_silence(extents, users):
    """Each user runs each tool, all at the same time, and SSSD answers none of them. Nothing of that is left."""
    with ExitStack() as stack:
        runs = [stack.enter_context(started(tool, extents[tool.kind], user=user)) for user in users for tool in TOOLS]
        lookups = [run.lookup() for run in runs]
        for run in runs:
            run.is_refused(silence(run.tool.kind), within=OUR_PATIENCE)
        for lookup in lookups:
            lookup.wait(1)


# ---- what is asked for, and what is said about it ------------------------------------------------------------------

LOCAL = {UID: (0, 100000, 65536), GID: (0, 100000, 65536)}  # for lines of /etc/subuid and /etc/subgid
REMOTE = {kind: (0, *RANGES[kind.name]) for kind in (UID, GID)}  # what the directory grants to USER


def not_granted(kind, extent, user, missing=None):
    """By the files."""
    missing = missing or extent[1]
    return _not_allowed(kind, extent, f'to uid {user.uid}, named "{user.name}": {missing} is the first one missing')


def not_granted_without_account(kind, extent, user):
    return _not_allowed(kind, extent, f"to uid {user.uid}, for which no account was found in /etc/passwd and what "
                        f"nsswitch.conf names beside it: {extent[1]} is the first one missing")


def _not_allowed(kind, extent, rest):
    outside = f"outside {kind.name}s {extent[1]} to {extent[1] + extent[2] - 1}"
    return [kind.not_allowed(*extent), f"{kind.tool}: reason: {kind.subid} does not grant all of {outside} {rest}"]


def not_granted_by_directory(kind, extent, user):
    outside = f"outside {kind.name}s {extent[1]} to {extent[1] + extent[2] - 1}"
    return [kind.not_allowed(*extent),
            f'{kind.tool}: reason: the subid service "sss" does not grant all of {outside} to "{user.name}"']


def no_name(kind, why):
    return [f"{kind.tool}: Cannot determine your user name.",
            f"{kind.tool}: reason: the name services that /etc/nsswitch.conf has for passwd failed: \"{why}\""]


def no_subid(kind):
    return [f'{kind.tool}: cannot ask "sss" for subordinate {kind.name}s',
            f"{kind.tool}: reason: libsubid_sss.so could not find out what is granted: "
            '"no connection to its service"']


def no_lookup(kind, why):
    return [f"{kind.tool}: cannot ask name services, subid plugins or PAM", f"{kind.tool}: reason: {why}"]


def silence(kind):
    return no_lookup(kind, "there was no answer within 8 seconds")


def not_admitted(kind, why):
    return [f"{kind.tool}: not admitted by the account policy",
            f'{kind.tool}: reason: the PAM policy for {kind.tool} refuses the caller: "{why}"']
