# SPDX-License-Identifier: BSD-3-Clause
"""The file uidmap-lookup, and starting it otherwise than meant."""

import os
import socket
import struct
import subprocess

import pytest

import world
from processes import ALICE, SIDE_GROUP, Target, become, no_new_privs
from support import SCRATCH, UID, expect_refused, put, run_tool
from world import LOOKUP_GROUP, PROGRAM, expect_admitted, expect_reason, install_lookup, no_lookup, own, policy


def ask_somebody(kind):
    """A policy, so that uidmap-lookup is needed."""
    policy(kind, "account required pam_permit.so")


# ---- the file ------------------------------------------------------------------------------------------------------

UNFIT = {
    "0755": {"mode": 0o755}, "0711": {"mode": 0o711}, "2755": {"mode": 0o2755}, "2751": {"mode": 0o2751},
    "2710": {"mode": 0o2710}, "4711": {"mode": 0o4711}, "6711": {"mode": 0o6711}, "3711": {"mode": 0o3711},
    "2731": {"mode": 0o2731}, "2713": {"mode": 0o2713}, "callers_group": {"gid": ALICE.gid}, "roots_group": {"gid": 0},
    "callers_own": {"uid": ALICE.uid}, "of_somebody": {"uid": 5002},
}


@pytest.mark.parametrize("file", UNFIT.values(), ids=UNFIT)
def test_unfit_file(kind, file):
    """Another mode, owner or group than the one that works: refused, with what to do."""
    ask_somebody(kind)
    install_lookup(**file)
    expect_reason(kind, own(kind), PROGRAM, f"chmod 2711 {PROGRAM}", first=no_lookup(kind))


def test_caller_with_the_group_of_the_program(kind):
    """A caller who runs with the very group of the program: it would keep nothing of his away."""
    ask_somebody(kind)
    install_lookup(gid=SIDE_GROUP)
    expect_refused(kind, own(kind), gid=SIDE_GROUP)


def test_missing_file(kind):
    """Not there."""
    ask_somebody(kind)
    world.remove_lookup()
    expect_reason(kind, own(kind), PROGRAM, "No such file or directory", first=no_lookup(kind))


def test_symlink(kind):
    """A link to a file that is fit."""
    ask_somebody(kind)
    os.rename(PROGRAM, f"{PROGRAM}.elsewhere")
    os.symlink(f"{PROGRAM}.elsewhere", PROGRAM)
    expect_refused(kind, own(kind))
    os.rename(f"{PROGRAM}.elsewhere", PROGRAM)
    expect_admitted(kind)


@pytest.mark.parametrize("make", (os.mkdir, os.mkfifo), ids=("directory", "fifo"))
def test_no_program(kind, make):
    """Something else in its place."""
    ask_somebody(kind)
    world.remove_lookup()
    make(PROGRAM)
    os.chown(PROGRAM, 0, LOOKUP_GROUP)
    os.chmod(PROGRAM, 0o2711)
    expect_reason(kind, own(kind), PROGRAM, first=no_lookup(kind))


@pytest.mark.parametrize("content", (b"", b"no program\n", b"#!/bin/sh\nexit 0\n", b"\x7fELF"))
def test_file_that_cannot_run(kind, content):
    """Fit to look at, and nothing that runs, or something that does not answer."""
    ask_somebody(kind)
    put(PROGRAM, content, mode=0o2711, gid=LOOKUP_GROUP)
    expect_reason(kind, own(kind), "uidmap-lookup", first=no_lookup(kind))


@pytest.fixture
def mounted():
    """Mounts something over the directory of the program, for one test."""
    directory = os.path.dirname(PROGRAM)
    mounts = []

    def mount(options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "lookup", directory], check=True)
        mounts.append(directory)
        install_lookup()

    yield mount
    for each in mounts:
        subprocess.run(["umount", each], check=True)


def test_nosuid(kind, mounted):
    """On a file system mounted nosuid the group has no effect, which the process itself says."""
    ask_somebody(kind)
    mounted("mode=0755,nosuid")
    expect_reason(kind, own(kind), "does not run as it must", "nosuid", first=no_lookup(kind))


def test_noexec(kind, mounted):
    """On one mounted noexec it cannot be executed."""
    ask_somebody(kind)
    mounted("mode=0755,noexec")
    expect_reason(kind, own(kind), "executing it", first=no_lookup(kind))


# ---- a caller who arranges its start -------------------------------------------------------------------------------

def test_no_new_privs(kind):
    """The group has no effect; whoever is so started has no right to map anything anyway."""
    ask_somebody(kind)
    expect_reason(kind, own(kind), "no_new_privs", prepare=no_new_privs)


def test_by_hand():
    """Started in a shell, it says what it is, and that is all."""
    run = subprocess.run([PROGRAM], capture_output=True, stdin=subprocess.DEVNULL, preexec_fn=lambda: become(ALICE))
    assert (run.returncode, run.stdout) == (1, b"")
    assert run.stderr == b"uidmap-lookup: is started by newuidmap and newgidmap, and is of no use otherwise\n"


def test_own_namespaces(mode):
    """In a user and mount namespace that the caller has made, with a policy and a plugin list of his own mounted over
    the true ones, neither the pair nor uidmap-lookup has any right: nothing is mapped."""
    ask_somebody(UID)
    own_etc = f"{SCRATCH}/record/etc"
    script = (f"mkdir {own_etc} && echo 'passwd: files' > {own_etc}/nsswitch.conf && mount --bind {own_etc} /etc &&"
              f" exec {SCRATCH}/tools/newuidmap $0 0 100000 1")
    with Target() as target:
        result = run_tool(UID, path="/usr/bin/unshare", argv=["unshare", "-Urm", "sh", "-c", script, str(target)])
        assert (result.status, result.stdout) == (1, "")
        assert result.stderr.startswith("newuidmap: ")
        assert target.state() == target.before


class HeldLookup:
    """uidmap-lookup as alice starts it, with a socket of her own."""

    def __init__(self, kind=socket.SOCK_SEQPACKET):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, kind)
        self.socket.settimeout(5)

        def enter():
            os.dup2(theirs.fileno(), 3)
            become(ALICE)

        self.process = subprocess.Popen([PROGRAM], preexec_fn=enter, close_fds=False, stderr=subprocess.PIPE,
                                        env={"LD_PRELOAD": world.PAM_MODULE, "LD_LIBRARY_PATH": "/tmp"})
        theirs.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.communicate(timeout=5)

    def ask(self, question, name=b"alice", service=b""):
        """As in src/core/lookup_protocol.h."""
        query = struct.pack("<IBxxxI52s256s2720x", question, 0, 0, service, name)
        self.socket.send(query)
        return self.answer()

    def readiness(self):
        """As in src/core/companion_protocol.h: an errno, and what is wrong."""
        return struct.unpack("<i120s", self.socket.recv(4096))

    def answer(self):
        return struct.unpack("<IIiII256s120s340xI2720x", self.socket.recv(4096))


ACCOUNT, RANGES, OWNER_RANGES = 1, 3, 4
YES, UNFIT_OUTCOME = 1, 5


def test_socket_of_ones_own():
    """Who starts it himself gets answers about himself, from a process without any right but a group that has none:
    that is nothing that getent would not tell."""
    world.order_nss("root", uid=ALICE.uid, gid=ALICE.gid, name="alice", passwd="test files")
    put("/etc/shadow", "secret\n", mode=0o640)
    with HeldLookup() as lookup:
        assert lookup.readiness() == (0, bytes(120))
        with open(f"/proc/{lookup.process.pid}/status") as file:
            status = dict(line.rstrip("\n").split(":\t") for line in file if ":\t" in line)
        assert lookup.ask(ACCOUNT)[:5] == (ACCOUNT, YES, 0, ALICE.uid, ALICE.gid)
        assert lookup.ask(99)[:2] == (99, UNFIT_OUTCOME)
        for question in (RANGES, OWNER_RANGES):
            assert lookup.ask(question, service=b"../evil")[:2] == (question, UNFIT_OUTCOME)
            assert lookup.ask(question, service=b"x" * 52)[:2] == (question, UNFIT_OUTCOME)
    assert [status[f"Cap{name}"] for name in ("Inh", "Prm", "Eff", "Amb")] == ["0" * 16] * 4
    assert status["Uid"] == "\t".join([str(ALICE.uid)] * 4)
    assert world.record("nss")[-1] == "shadow -1 passwd -1"


@pytest.mark.parametrize("kind", (socket.SOCK_STREAM, socket.SOCK_DGRAM), ids=("stream", "datagram"))
def test_socket_of_another_kind(kind):
    """Not what it is started with by the pair."""
    with HeldLookup(kind) as lookup:
        assert b"is of no use otherwise" in lookup.process.communicate(timeout=5)[1]
        assert lookup.process.returncode == 1


def test_question_of_another_size():
    """It hangs up."""
    with HeldLookup() as lookup:
        lookup.readiness()
        lookup.socket.send(b"?" * 100)
        assert lookup.socket.recv(10) == b""
        assert lookup.process.wait(5) == 0
