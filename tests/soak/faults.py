# SPDX-License-Identifier: BSD-3-Clause
"""What is done to a run while it goes on, at moments that nobody knows."""

import os
import resource
import signal
import time

# The numbers that a caller can set and that a run has use for. Those of memory can end it before it begins.
_MEMORY = (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_STACK)
_LIMITS = {
    resource.RLIMIT_NOFILE: (0, 1, 3, 4, 5, 6, 7, 8, 10, 12, 16), resource.RLIMIT_FSIZE: (0, 1, 100),
    resource.RLIMIT_NPROC: (0, 1), resource.RLIMIT_CORE: (0,), resource.RLIMIT_CPU: (1,), resource.RLIMIT_MEMLOCK: (0,),
    resource.RLIMIT_AS: (1 << 19, 1 << 20, 3 << 20, 1 << 23, 1 << 26), resource.RLIMIT_DATA: (0, 1 << 16, 1 << 20),
    resource.RLIMIT_STACK: (1 << 14, 1 << 16, 1 << 17, 1 << 20),
}
_SENT = tuple(set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT, signal.SIGCHLD})
_STATUS_WITHOUT_EXEC, _STATUS_OF_LIBC = 125, 127  # which has no memory to start with
LONGEST_DELAY = 0.004  # seconds; a run takes less


class Fault:
    """One, or none, for one run. `may_end_with` are the statuses beside 0 and 1 that it accounts for."""

    KINDS = ("none", "limit", "signals", "kill", "stop", "target")

    def __init__(self, dice):
        self.kind = dice.choices(self.KINDS, (8, 2, 2, 2, 1, 2))[0]
        self.dice, self.limits, self.may_end_with = dice, (), set()
        if self.kind == "limit":
            self.limits = tuple((limit, dice.choice(_LIMITS[limit]))
                                for limit in dice.sample(tuple(_LIMITS), dice.choice((1, 1, 2))))
            if any(limit in _MEMORY for limit, _ in self.limits):
                self.may_end_with = {_STATUS_WITHOUT_EXEC, _STATUS_OF_LIBC, -signal.SIGKILL, -signal.SIGSEGV,
                                     -signal.SIGBUS}

    def set_limits(self):
        """In the process that becomes the tool."""
        for limit, value in self.limits:
            resource.setrlimit(limit, (value, value))

    def strike(self, run):
        """While the tool runs, or has just ended."""
        act = getattr(self, f"_{self.kind}", None)
        if act:
            self._wait()
            act(run)

    def _wait(self):
        time.sleep(self.dice.random() * LONGEST_DELAY)

    def _signals(self, run):
        for number in self.dice.choices(_SENT, k=self.dice.choice((1, 3, 20))):
            self.may_end_with.add(-number)  # before main it is not held back
            self._send(run.pid, number)
        self._send(run.pid, signal.SIGCONT)  # one of them may have stopped it

    def _kill(self, run):
        self.may_end_with.add(-signal.SIGKILL)
        self._send(run.pid, signal.SIGKILL)

    def _stop(self, run):
        self._send(run.pid, signal.SIGSTOP)
        self._wait()
        self._send(run.pid, signal.SIGCONT)

    def _target(self, run):
        if run.target.pid:
            self._send(run.target.pid, signal.SIGKILL)

    @staticmethod
    def _send(pid, number):
        os.kill(pid, number)  # it is not waited for yet, so the number is its own
