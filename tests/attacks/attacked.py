# SPDX-License-Identifier: BSD-3-Clause
"""Runs of the pair under attack, and what has to be true of every one of them."""

import os
import resource
import select
import shutil
import signal
from dataclasses import dataclass, field

import audit
from processes import ALICE, Target, become
from support import GID, SCRATCH, SOURCE, UID, grant, put, remove, reset_etc

RANGE = (0, 100000, 65536)
REFUSED = (70000, 300000, 10)
LOOKUP_GROUP = 5999  # that of uidmap-lookup; nobody is in it
PATIENCE = 30        # seconds for a run: nothing waits for ever


def reset():
    """The files that every test starts with."""
    reset_etc()
    for kind in (UID, GID):
        grant(kind, "alice:100000:65536")
    remove(audit.PID_FILE)
    shutil.rmtree("/etc/pam.d", ignore_errors=True)


def own(kind, user=ALICE):
    """The extent that needs no grant. newgidmap denies setgroups for it."""
    return (0, kind.own(user), 1)


def with_audit():
    """uidmap-audit is started. The kernel's audit stays as it is: it takes the records, and drops them while it is
    off."""
    audit.install()
    put(audit.PID_FILE, "1\n")


def with_lookup(kind, *lines):
    """uidmap-lookup is started, for a policy."""
    program = audit.PROGRAM.replace("uidmap-audit", "uidmap-lookup")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    remove(program)
    shutil.copyfile(f"{SOURCE}/src/uidmap-lookup", program)
    os.chown(program, 0, LOOKUP_GROUP)
    os.chmod(program, 0o2711)
    os.makedirs("/etc/pam.d", exist_ok=True)
    put(f"/etc/pam.d/{kind.tool}", "".join(f"{line}\n" for line in lines or ("account required pam_permit.so",)))


@dataclass
class Ended:
    """How a run has ended: its exit status, or the negative number of a signal, and what it has said."""
    status: int
    said: str
    calls: list = field(default_factory=list)


def words_of(kind, target, extents):
    return [kind.tool, str(target), *(str(number) for extent in extents for number in extent)]


class Run:
    """A process that becomes alice and executes the tool. `prepare` runs as root, `late` as the caller, last of all."""

    def __init__(self, kind, words, user=ALICE, prepare=None, late=None, stop=False, env=None):
        self.output = os.memfd_create("output")
        self.pid = os.fork()
        if self.pid == 0:
            self._begin(kind, words, user, prepare, late, stop, env or {})

    def _begin(self, kind, words, user, prepare, late, stop, env):
        try:
            for name, fd in (("/dev/null", 0), ("/dev/null", 1)):
                os.dup2(os.open(name, os.O_RDWR), fd)
            os.dup2(self.output, 2)
            os.closerange(3, 64)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if prepare:
                prepare()
            become(user)
            if late:
                late()
            if stop:
                os.kill(os.getpid(), signal.SIGSTOP)
            os.execve(f"{SCRATCH}/tools/{kind.tool}", words, env)
        except OSError as error:
            os._exit(100 + min(error.errno or 0, 100))
        finally:
            os._exit(127)

    def said(self):
        """What is in the output, which is closed."""
        text = os.pread(self.output, 1 << 16, 0).decode("latin-1")
        os.close(self.output)
        return text

    def wait(self, seconds=PATIENCE):
        """To its end, or a failure."""
        pidfd = os.pidfd_open(self.pid)
        ended = select.select([pidfd], [], [], seconds)[0]
        os.close(pidfd)
        if not ended:
            os.kill(self.pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        said = self.said()
        assert ended, f"a hang; it has said: {said}"
        return Ended(status, said)


def run(kind, target, *extents, **start):
    return Run(kind, words_of(kind, target, extents), **start).wait()


# ---- what has to be true -------------------------------------------------------------------------------------------

def expect_exact_or_refused(ended, target, kind, *extents, killed=(), quiet=False, denied=False):
    """Status 0 and the exact map, or 1, a reason, and nothing written. `killed`: the signals of the attacker's that may
    end it, and then the map is one or the other. `quiet`: it may be that nothing can be said. `denied`: setgroups may
    have been denied. Returns whether the map is written."""
    mapped = target.map(kind)
    assert mapped in ([], sorted(extents)), f"{mapped}: {ended}"
    other = GID if kind is UID else UID
    assert target.map(other) == []
    if -ended.status in killed:
        return mapped != []
    assert ended.status in (0, 1), ended
    if ended.status == 0:
        must_deny = kind is GID and extents == (own(GID),)  # CVE-2018-7169
        assert not must_deny or target.setgroups == "deny", ended
        assert (ended.said, mapped) == ("", sorted(extents)), ended
        return True
    assert mapped == [], ended
    assert quiet or ended.said.startswith((f"{kind.tool}: ", f"usage: {kind.tool} ")), ended
    assert denied or "setgroups of the target is now deny" in ended.said or target.setgroups == "allow", ended
    return False


class Targets:
    """A target that is replaced when it is not as it was any more."""

    def __init__(self, user=ALICE):
        self.user, self.target = user, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.target:
            self.target.__exit__()

    def get(self):
        if self.target and self.target.state() != self.target.before:
            self.target.__exit__()
            self.target = None
        if not self.target:
            self.target = Target(self.user).__enter__()
        return self.target
