# SPDX-License-Identifier: BSD-3-Clause
"""What a plugin, a name service and a PAM module find themselves in, however the caller has started the run."""

import contextlib
import ctypes
import fcntl
import os
import resource
import signal

import pytest

import world
from processes import ALICE, LIBC, check
from support import SCRATCH, UID, expect_granted
from world import LOOKUP_GROUP, PLUGIN_RANGE

MODULES = ("nss", "pam", "plugin")
SIGNALS = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
NO_SIGNAL = NO_CAPABILITY = "0" * 16
LIMITS = {name: getattr(resource, f"RLIMIT_{name}") for name in ("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS",
          "NPROC", "NOFILE", "MEMLOCK", "AS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME")} | {"LOCKS": 10}
RAISED = ("CPU", "FSIZE", "DATA", "STACK", "AS", "NPROC")
PIPE = "5 pipe: mode 1 cloexec 1 type 0"  # for the answer


@pytest.fixture(autouse=True)
def all_modules(fresh):
    """Each of them is asked once in a run, and records."""
    world.order_nss("record", uid=ALICE.uid, gid=ALICE.gid, name="alice", passwd="test files")
    with open("/etc/nsswitch.conf", "a") as file:
        file.write("subid: ordered\n")
    world.order("plugin", "record", 0, 1)
    world.order_pam("record")


def recorded(module):
    """What the module has seen, by name; of what there may be several, a list."""
    state = {"Fd": [], "Environment": []}
    for line in world.record(module):
        name, _, value = line.partition(":\t")
        if name in ("Fd", "Environment"):
            state[name].append(value)
        else:
            state[name] = value.replace("\t", " ").strip()
    return state


def states(**start):
    """One run, and what each module saw in it."""
    expect_granted(UID, PLUGIN_RANGE, **start)
    return {module: recorded(module) for module in MODULES}


def bounding_set():
    with open("/proc/self/status") as file:
        return next(line.split()[1] for line in file if line.startswith("CapBnd:"))


def expect_sealed(state, mode):
    """The same in every run."""
    four = "{0} {0} {0} {0}".format
    assert state["Uid"] == four(ALICE.uid)
    assert state["Gid"] == f"{ALICE.gid} {LOOKUP_GROUP} {LOOKUP_GROUP} {LOOKUP_GROUP}"
    assert state["Groups"].split() == [str(group) for group in ALICE.groups]
    assert [state[f"Cap{name}"] for name in ("Inh", "Prm", "Eff", "Amb")] == [NO_CAPABILITY] * 4
    assert state["CapBnd"] == (NO_CAPABILITY if mode == "setuid" else bounding_set())
    assert (state["Securebits"], state["NoNewPrivs"], state["Seccomp"]) == ("0", "0", "0")
    assert (state["Dumpable"], state["SecureMode"], state["TracerPid"]) == ("0", "1", "0")
    assert [state[f"Sig{name}"] for name in ("Blk", "Ign", "Cgt")] == [NO_SIGNAL] * 3
    assert state["DeathSignal"] == str(int(signal.SIGKILL))
    assert state["Environment"] == []
    assert (state["Cwd"], state["Umask"], state["Name"], state["Threads"]) == ("/", "0077", "uidmap-lookup", "1")
    assert sorted(state["Fd"]) == [f"{fd} /dev/null mode 2 cloexec 0 type 0" for fd in range(3)] + [PIPE]


def expect_limits(state, soft_and_hard):
    """Soft limits are as high as the hard ones where a module could starve, and there is no core dump."""
    for name, which in LIMITS.items():
        soft, hard = soft_and_hard.get(name) or resource.getrlimit(which)
        if name == "CORE":
            soft = hard = 0
        elif name == "NOFILE":
            soft = min(hard % 2**64, 1024)
        elif name in RAISED:
            soft = hard
        assert state[f"Limit{which}"] == f"{soft} {hard}", name


# ---- ways of being started -----------------------------------------------------------------------------------------

def ignore_signals():
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def block_signals():
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def enter_deleted_directory():
    path = f"{SCRATCH}/deleted"
    os.mkdir(path)
    os.chdir(path)
    os.rmdir(path)


def inherit_capabilities():
    """All of them in the inheritable set."""
    header, everything = (ctypes.c_uint32 * 2)(0x20080522, 0), 2**32 - 1
    known = int(bounding_set(), 16)
    low, high = known & everything, known >> 32
    check(LIBC.capset(header, (ctypes.c_uint32 * 6)(low, low, low, high, high, high)))


# More than this interpreter has, which goes on under them until the tool is executed.
LOW = {"NOFILE": (20, 300), "AS": (2**30, 2**31), "DATA": (2**28, 2**29), "STACK": (2**19, 2**21), "FSIZE": (0, 2**24),
       "CPU": (20, 60), "NPROC": (200, 400), "CORE": (1, 2)}


def lower_limits():
    for name, limits in LOW.items():
        resource.setrlimit(LIMITS[name], limits)


STARTS = {
    "plain": {}, "signals_ignored": {"prepare": ignore_signals}, "signals_blocked": {"prepare": block_signals},
    "sigchld_ignored": {"prepare": lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)},
    "deleted_directory": {"prepare": enter_deleted_directory}, "umask": {"umask": 0}, "closed_umask": {"umask": 0o777},
    "inheritable": {"prepare": inherit_capabilities},
    "environment": {"env": dict.fromkeys("LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT PATH TZ HOSTALIASES RES_OPTIONS NSS_CACHE"
                                         " GLIBC_TUNABLES KRB5_CONFIG TMPDIR LANG".split(), f"{SCRATCH}/modules")},
    "no_streams": {"prepare": lambda: os.closerange(0, 3)},
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_state(mode, start):
    """Nothing of the caller's start is left."""
    for state in states(**start).values():
        expect_sealed(state, mode)
        expect_limits(state, {})


@contextlib.contextmanager
def many_descriptors():
    """From 3 on with gaps, without FD_CLOEXEC, of files, directories, pipes and sockets."""
    kinds = [os.open("/etc", os.O_DIRECTORY), os.open("/etc/passwd", os.O_RDONLY), *os.pipe()]
    fds = [fcntl.fcntl(kind, fcntl.F_DUPFD, 20 + 3 * i) for i in range(60) for kind in kinds]
    try:
        yield fds
    finally:
        for fd in kinds + fds:
            os.close(fd)


def test_inherited_descriptors(mode):
    """None of them gets as far."""
    with many_descriptors() as fds:
        for state in states(pass_fds=fds).values():
            expect_sealed(state, mode)


def test_inherited_descriptor_in_the_sockets_place(mode):
    """Nor does one that has the number that the socket is to have."""
    passwd = os.open("/etc/passwd", os.O_RDONLY)
    places = (3, 4, 5)

    def occupy():
        for fd in places:
            os.dup2(passwd, fd)

    for state in states(prepare=occupy, close_fds=False).values():
        expect_sealed(state, mode)
    os.close(passwd)


def test_limits(mode):
    """Limits that are low, and high enough: the soft ones go up to the hard ones."""
    for state in states(prepare=lower_limits).values():
        expect_sealed(state, mode)
        expect_limits(state, LOW)


def test_everything_at_once(mode):
    """All of that together."""
    def all_of_it():
        lower_limits()
        inherit_capabilities()
        enter_deleted_directory()
        ignore_signals()
        block_signals()

    with many_descriptors() as fds:
        for state in states(prepare=all_of_it, umask=0, pass_fds=fds[:10], **STARTS["environment"]).values():
            expect_sealed(state, mode)
            expect_limits(state, LOW)


def test_programs_that_a_module_starts():
    """They do not inherit the socket."""
    for module in MODULES:
        with open(f"/etc/lookup-test/{module}") as file:
            world.order(module, "start", *file.read().splitlines()[1:])
    expect_granted(UID, PLUGIN_RANGE)
    for module in MODULES:
        assert world.record(module) == ["0", "1", "2", "3"]  # 3 is the directory that is listed
