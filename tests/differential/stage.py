# SPDX-License-Identifier: BSD-3-Clause
"""Runs a case for real: each tool, on a target of its own, from its start to its end."""

import os
import select
import signal

from cases import DESCRIPTOR, WHOLE
from targets import Container, Target, become, enter_namespace
from world import SCRATCH, TOOLS, set_files

PATIENCE = 20000  # milliseconds, for what ends at once


class Run:
    """A tool with a target of its own: started, and then waited for."""

    def __init__(self, case, directory, container, prepare=lambda: None):
        """prepare is called in the process that becomes the tool."""
        self.case, self.container, self.prepare = case, container, prepare
        self.program = f"{SCRATCH}/tools/{directory}/{TOOLS[case.kind][0]}"
        self.target = Target(case, container)

    def start(self):
        self.target.make_ready(self.container)
        self.number = self.target.pid  # also when it is gone
        kept = self._open_target()
        if self.case.state == "gone":
            self.target.reap()
        self.said = os.memfd_create("stderr")
        begun, begin = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._become_tool(kept)
        for fd in (begin,) if kept is None else (begin, kept):
            os.close(fd)
        self.begun = begun

    def wait_for_exec(self):
        """Until the process is the tool, or has ended: the other end of the pipe is closed then."""
        os.read(self.begun, 1)

    def _open_target(self):
        """The descriptor that the tool gets; None if it gets none."""
        path, form = f"/proc/{self.target.pid}", self.case.form
        if form == "pidfd":
            return os.pidfd_open(self.target.pid)
        flags = {"directory": os.O_DIRECTORY, "path": os.O_PATH | os.O_DIRECTORY, "file": 0}.get(form)
        return None if flags is None else os.open(f"{path}/stat" if form == "file" else path, os.O_RDONLY | flags)

    def _words(self):
        """argv; without any argument if the case has none."""
        first, rest = self.case.words[:1], self.case.words[1:]
        first = [word.replace("{pid}", str(self.number)).replace("{fd}", str(DESCRIPTOR)) for word in first]
        return [word.encode("latin-1") for word in (TOOLS[self.case.kind][0], *first, *rest)]

    def _become_tool(self, kept):
        try:
            words = self._words()
            if self.container:
                enter_namespace(self.container.pid)
            become(self.case.uid, self.case.gid, self.case.groups)
            null = os.open("/dev/null", os.O_RDWR)
            for number, source in ((0, null), (1, null), (2, self.said)):
                os.dup2(source, number)
            if kept is not None:
                os.dup2(kept, DESCRIPTOR)
                os.set_inheritable(DESCRIPTOR, True)  # it may have been that number already
            self.prepare()
            os.execve(self.program, words, {})
        finally:
            os._exit(125)

    def finish(self):
        """A tool that hangs is killed, which shows."""
        with_end = os.pidfd_open(self.pid)
        poll = select.poll()
        poll.register(with_end, select.POLLIN)
        if not poll.poll(PATIENCE):
            os.kill(self.pid, signal.SIGKILL)
        os.close(with_end)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        outcome = self.target.outcome(status)
        self.stderr = os.pread(self.said, 4096, 0).decode("latin-1")
        os.close(self.said)
        os.close(self.begun)
        self.target.end()
        return outcome


def run_pair(case):
    """The outcomes of our pair and of Debian's, and what each has said."""
    set_files(case.files)
    container = None if case.parent == WHOLE else Container(case.parent)
    try:
        runs = [Run(case, directory, container) for directory in (case.mode, "debian")]
        for run in runs:
            run.start()
        return [run.finish() for run in runs], [run.stderr for run in runs]
    finally:
        if container:
            container.end()
