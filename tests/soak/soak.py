# SPDX-License-Identifier: BSD-3-Clause
"""soak.py [--runs N] [--seed N] [--at-once N]: many runs at once, with faults; what they leave and log."""

import argparse
import os
import secrets
import select
import struct
import sys
import time
import pickle
from collections import Counter

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.join(os.path.dirname(os.path.abspath(__file__)), "../differential")]

import leaks  # noqa: E402  (after the line above, so that they are found)
import world  # noqa: E402
from log import Log, wrong_lines  # noqa: E402
from worker import work  # noqa: E402

PATIENCE = 10  # seconds between two signs of life
MOST_FAULTS = 5
# Refusals that are right when the machine is too busy for a companion to answer in time.
BUSY = ("audit-silent", "audit-not-ready", "lookup-silent", "lookup-not-ready", "lookup-disturbed")


def start_worker(seed, indices):
    """Returns its pid and the pipe that it tells its runs by."""
    hear, tell = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(hear)
            work(seed, indices, tell)
            status = 0
        except BaseException as error:  # noqa: BLE001  (it is told, and the status says so, too)
            print(f"a worker has failed: {error!r}", flush=True)
        finally:
            os._exit(status)
    os.close(tell)
    return pid, hear


class Soak:
    """Hears what the workers tell and what the log says, and compares."""

    def __init__(self, seed, runs, at_once):
        self.seed, self.runs, self.log = seed, runs, Log()
        self.done, self.wrong, self.orphans = 0, 0, 0
        self.statuses, self.faults, self.busy = Counter(), Counter(), 0
        self.workers = dict(start_worker(seed, range(i, runs, at_once)) for i in range(at_once))
        self.pipes = {hear: pid for pid, hear in self.workers.items()}
        self.rests = {hear: b"" for hear in self.pipes}
        self.failed = []

    def go(self):
        began = told = time.monotonic()
        poll = select.poll()
        for fd in (self.log.socket.fileno(), *self.pipes):
            poll.register(fd, select.POLLIN)
        while self.pipes:
            for fd, _ in poll.poll(PATIENCE * 1000):
                if fd in self.pipes and not self._hear(fd):
                    poll.unregister(fd)
            self.log.read()
            self._reap()
            if time.monotonic() - told > PATIENCE:
                told = time.monotonic()
                print(f"{self.done} of {self.runs} runs, {self.wrong} wrong, {self.done / (told - began):.0f} a second",
                      flush=True)
        return time.monotonic() - began

    def _hear(self, fd):
        """False at the end of what a worker tells."""
        new = os.read(fd, 1 << 16)
        text = self.rests[fd] + new
        while len(text) >= 4 and len(text) >= 4 + struct.unpack_from("=I", text)[0]:
            size = struct.unpack_from("=I", text)[0]
            self._judge(pickle.loads(text[4:4 + size]))
            text = text[4 + size:]
        self.rests[fd] = text
        if not new:
            os.close(fd)
            del self.pipes[fd]
        return bool(new)

    def _judge(self, run):
        lines = self.log.take(run.pid)
        self.done += 1
        self.statuses[run.outcome.status] += 1
        self.faults[run.fault] += 1
        wrong = run.wrong
        if wrong and any(f"reason={word} " in line for word in BUSY for line in lines) and run.outcome.status == 1:
            self.busy, wrong = self.busy + 1, None
        whole = run.asks and run.fault in ("none", "target") and run.outcome.status in (0, 1)
        wrong = wrong or wrong_lines(lines, run.case, run.pid, run.outcome, run.may_grant, whole)
        if run.outcome.status == 0 and run.asks and not lines:
            wrong = wrong or "a map without a line"
        if wrong:
            self.wrong += 1
            if self.wrong <= MOST_FAULTS:
                print(f"run {run.index}, {run.fault}: {wrong}: {run.outcome}, said {run.said!r}, logged {lines}\n"
                      f"    {run.case.to_json()[:4000]}", flush=True)

    def _reap(self):
        """Workers, and what has lost its parent, which comes to process 1."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid not in self.workers:
                self.orphans += 1
            elif status != 0:
                self.failed.append(pid)


def main():
    parser = argparse.ArgumentParser(prog="tests/soak/run")
    parser.add_argument("--runs", type=int, default=100000)
    parser.add_argument("--seed", default=str(secrets.randbelow(10**9)))
    parser.add_argument("--at-once", type=int, default=16)
    options = parser.parse_args()
    world.install()
    before = leaks.look()
    print(f"seed {options.seed}: tests/soak/run --seed {options.seed} --runs {options.runs}", flush=True)
    soak = Soak(options.seed, options.runs, options.at_once)
    seconds = soak.go()
    soak._reap()
    left = leaks.compare(before, soak)
    print(f"seed {options.seed}: {soak.done} runs, {options.at_once} at once, in {seconds:.0f} s, "
          f"{soak.done / seconds:.0f} a second")
    print(f"ended with: {dict(sorted(soak.statuses.items()))}; disturbed by: {dict(soak.faults)}")
    print(f"{soak.log.count} lines in the log; {soak.orphans} companions outlived their helper, and have ended; "
          f"{soak.busy} refusals because a companion had no time")
    for text in left:
        print(f"left: {text}")
    checks = (("every run has come to its end", soak.done == options.runs and not soak.failed),
              ("every outcome is one that may be, and agrees with the log", soak.wrong == 0),
              ("nothing is left", not left))
    for name, holds in checks:
        print(f"{'ok' if holds else 'not ok'} - {name}")
    sys.exit(0 if all(holds for _, holds in checks) else 1)


main()
