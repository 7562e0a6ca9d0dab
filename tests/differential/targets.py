# SPDX-License-Identifier: BSD-3-Clause
"""Processes that wait for their maps, and the namespaces that they are in."""

import ctypes
import os
import signal

from cases import Outcome

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 1, 4, 28, 1 << 2
LIBC = ctypes.CDLL(None, use_errno=True)


def check(outcome):
    if outcome != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def prctl(option, value):
    check(LIBC.prctl(option, value, 0, 0, 0))


def become(uid, gid, groups):
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def enter_namespace(process):
    fd = os.open(f"/proc/{process}/ns/user", os.O_RDONLY)
    check(LIBC.setns(fd, CLONE_NEWUSER))
    os.close(fd)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


class Waiting:
    """A process that does its steps one by one, and waits after each. It ends with the tests."""

    def __init__(self, *steps):
        self.said, say = os.pipe()
        go_on, self.go = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.closerange(3, min(self.said, go_on, say, self.go))
            self._live(steps, say, go_on)
        os.close(say)
        os.close(go_on)

    def _live(self, steps, say, go_on):
        try:
            os.close(self.said)
            os.close(self.go)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            for step in steps:
                step()
                os.write(say, b"+")
                os.read(go_on, 1)
        except BaseException as error:  # noqa: BLE001  (it is told)
            os.write(say, repr(error).encode())
        finally:
            os._exit(1)

    def reached(self):
        """Waits until the next step is done."""
        said = os.read(self.said, 1)
        if said != b"+":
            raise RuntimeError((said + os.read(self.said, 4096)).decode())

    def proceed(self):
        os.write(self.go, b"+")
        self.reached()

    def write(self, name, text, container=None):
        """Writes a file in /proc of this process as root of the namespace that it was started in."""
        path = f"/proc/{self.pid}/{name}"
        if not container:
            return write(path, text)
        pid = os.fork()
        if pid == 0:
            try:
                enter_namespace(container.pid)
                write(path, text)
                os._exit(0)
            finally:
                os._exit(1)
        if os.waitpid(pid, 0)[1] != 0:
            raise RuntimeError(f"{path} could not be written in the container")

    def reap(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.pid = None

    def end(self):
        os.close(self.said)
        os.close(self.go)
        if self.pid:
            self.reap()


def unshare():
    check(LIBC.unshare(CLONE_NEWUSER))


class Container(Waiting):
    """A user namespace that root has made, with these maps; none if they are WHOLE."""

    def __init__(self, parent):
        super().__init__(unshare)
        self.reached()
        for name in ("uid_map", "gid_map"):
            self.write(name, "".join(f"{' '.join(map(str, extent))}\n" for extent in parent))


class Target(Waiting):
    """The target of a case, as the case has it."""

    def __init__(self, case, container):
        self.case, self.host = case, None
        if case.state == "guest":
            self.host = Waiting(lambda: container and enter_namespace(container.pid), unshare)
            self.host.reached()
            self.host.proceed()
        super().__init__(lambda: self._settle(container), self._make_second)

    def _settle(self, container):
        case = self.case
        if container:
            enter_namespace(container.pid)
        if self.host:
            prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)  # entering takes privilege
        become(case.target_uid, case.target_gid, (case.target_gid,))
        if self.host:
            enter_namespace(self.host.pid)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of ids has cleared it
        prctl(PR_SET_DUMPABLE, int(case.state != "non-dumpable"))  # the same
        if case.state not in ("self", "guest"):
            unshare()

    def _make_second(self):
        unshare()
        prctl(PR_SET_DUMPABLE, 1)

    def make_ready(self, container):
        """What comes from the outside, once the target is there."""
        case = self.case
        self.reached()
        if case.state == "denied":
            self.write("setgroups", "deny", container)
        for kind, own in (("uid", case.target_uid), ("gid", case.target_gid)):
            if case.state in ("grandchild", "written" if kind == case.kind else "other-map-written"):
                self.write(f"{kind}_map", f"{own} {own} 1", container)
        if case.state == "grandchild":
            self.proceed()
        if case.state in ("zombie", "gone"):
            os.kill(self.pid, signal.SIGKILL)
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def outcome(self, status):
        if self.case.state == "gone":
            return Outcome(status)
        with open(f"/proc/{self.pid}/{self.case.kind}_map") as file:
            lines = tuple(sorted(tuple(map(int, line.split())) for line in file))
        with open(f"/proc/{self.pid}/setgroups") as file:
            return Outcome(status, lines, file.read().strip())

    def end(self):
        super().end()
        if self.host:
            self.host.end()
