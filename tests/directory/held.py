# SPDX-License-Identifier: BSD-3-Clause
"""Processes that are held by a pidfd, which tells their end whoever their parent is, and never means another one."""

import os
import select
import signal
import time
from pathlib import Path

PATIENCE = 60  # seconds, for what takes one


class Process:
    def __init__(self, pid):
        self.pid = pid
        self.pidfd = os.pidfd_open(pid)

    def send(self, number):
        try:
            signal.pidfd_send_signal(self.pidfd, number)
        except ProcessLookupError:
            pass

    def wait(self, limit=PATIENCE):
        """Waits for its end, and lets go of it."""
        assert select.select([self.pidfd], [], [], limit)[0], f"process {self.pid} did not end within {limit} s"
        os.close(self.pidfd)

    @property
    def stopped(self):
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def freeze(processes):
    """In the order given: a parent that comes first misses nobody."""
    for process in processes:
        process.send(signal.SIGSTOP)
    until(lambda: all(process.stopped for process in processes), "frozen")


def thaw(processes):
    for process in processes:
        process.send(signal.SIGCONT)


def kill(processes):
    """SIGKILL, which ends what is frozen, too. Whoever is the parent must reap it."""
    for process in processes:
        process.send(signal.SIGKILL)
    for process in processes:
        process.wait()


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(condition, what):
    """For what the kernel does at once and tells nobody. Returns what the condition does."""
    end = time.monotonic() + PATIENCE
    while not (outcome := condition()):
        assert time.monotonic() < end, f"not {what}"
        os.sched_yield()
    return outcome
