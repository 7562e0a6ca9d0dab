# SPDX-License-Identifier: BSD-3-Clause
"""The users of the behaviour tests, how a process becomes one of them, and targets that wait for their maps."""

import ctypes
import os
import signal
import traceback
from dataclasses import dataclass

MS_BIND = 0x1000
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x10000000, 0x20000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 36, 38
PTRACE_TRACEME, PTRACE_CONT = 0, 7
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class User:
    """Somebody to run as. Uids and gids differ, so that a test notices when one is taken for the other."""
    name: str
    uid: int
    gid: int
    groups: tuple = ()


ROOT = User("root", 0, 0)
ALICE = User("alice", 5001, 5101, (5101, 5109))
ALISON = User("alison", 5001, 5101)  # another name of alice's uid
BOB = User("bob", 5002, 5102)
DIGITS = User("5001", 5003, 5103)    # a login name that reads like alice's uid
STRANGER = User("", 5010, 5110)      # has no entry in /etc/passwd
SIDE_GROUP = 5109                    # a supplementary group of alice


def become(user, gid=None):
    """Takes over all ids of a user; capabilities go unless the user is root."""
    gid = user.gid if gid is None else gid
    os.setgroups(user.groups or (user.gid,))
    os.setresgid(gid, gid, gid)
    os.setresuid(user.uid, user.uid, user.uid)


def prctl(option, value):
    check(LIBC.prctl(option, value, 0, 0, 0))


def check(outcome):
    if outcome != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def mount(source, target, kind=None, flags=0, options=None):
    check(LIBC.mount(source.encode(), target.encode(), kind and kind.encode(), flags, options and options.encode()))


def no_new_privs():
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop_from_bounding_set(capabilities):
    for capability in capabilities:
        prctl(PR_CAPBSET_DROP, capability)


def start_traced():
    """Becomes alice, and the program becomes a child that this process traces and ends with."""
    become(ALICE)
    child = os.fork()
    if child == 0:
        check(LIBC.ptrace(PTRACE_TRACEME, 0, None, None))
        return
    os.closerange(0, 1024)
    while True:
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            os._exit(os.waitstatus_to_exitcode(status))
        arrived = os.WSTOPSIG(status)
        LIBC.ptrace(PTRACE_CONT, child, None, 0 if arrived == signal.SIGTRAP else arrived)


class Target:
    """A process of a user in a new user namespace, waiting for its maps. As a string it is its pid."""

    kept = ()  # descriptors that it inherits

    def __init__(self, user=ALICE, gid=None, namespace=True, dumpable=True):
        self.user, self.gid, self.namespace, self.dumpable = user, gid, namespace, dumpable

    def __enter__(self):
        answer, ready = os.pipe()
        self.pid = self.fork()
        if self.pid == 0:
            self._begin(ready)
        os.close(ready)
        said = os.read(answer, 4096)
        os.close(answer)
        assert said == b"ready", said.decode()
        self.directory = os.open(f"/proc/{self.pid}", os.O_RDONLY | os.O_DIRECTORY)
        self.before = self.state()
        return self

    def fork(self):
        return os.fork()

    def settle(self):
        """Begins as root, and ends as the user."""
        become(self.user, self.gid)

    def live(self):
        """What the target does. It ends by a signal from __exit__, or with the test run."""
        while True:
            signal.pause()

    def _begin(self, ready):
        try:
            kept = sorted((2, ready, *self.kept, 1024))  # any other here would keep a pipe of the test's open
            for before, after in zip(kept, kept[1:]):
                os.closerange(before + 1, after)
            self.settle()
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            prctl(PR_SET_DUMPABLE, int(self.dumpable))  # a change of ids cleared it, which an exec would undo
            if self.namespace:
                check(LIBC.unshare(CLONE_NEWUSER))
            os.write(ready, b"ready")
            self.live()
        except BaseException:
            os.write(ready, traceback.format_exc().encode())
        finally:
            os._exit(1)

    def __exit__(self, *_):
        self.kill()
        os.waitpid(self.pid, 0)
        os.close(self.directory)

    def __str__(self):
        return str(self.pid)

    def kill(self):
        """Turns the target into a zombie."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def read(self, name):
        with open(f"/proc/{self.pid}/{name}") as file:
            return file.read()

    def map(self, kind):
        return self._map(kind.map_file)

    def _map(self, name):
        return sorted(tuple(int(field) for field in line.split()) for line in self.read(name).splitlines())

    @property
    def setgroups(self):
        return self.read("setgroups").strip()

    def state(self):
        return self._map("uid_map"), self._map("gid_map"), self.setgroups


