# SPDX-License-Identifier: BSD-3-Clause
"""A command that a test has run to its end, and what came of it."""

import subprocess
import tempfile
from dataclasses import dataclass

import pytest


@dataclass
class Outcome:
    command: list
    status: int
    stdout: str
    stderr: str

    def __str__(self):
        command = " ".join(map(str, self.command))
        return f"{command}\nexit status: {self.status}\nstdout:\n{self.stdout}\nstderr:\n{self.stderr}"

    def succeeded(self):
        if self.status != 0:
            pytest.fail(str(self), pytrace=False)
        return self


def run(command, seconds=120, start=subprocess.Popen, **options):
    """Fails if that takes longer. The output goes to files: a pipe would stay open in what outlives the command."""
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        streams = {"stdin": subprocess.DEVNULL, "stdout": stdout, "stderr": stderr}
        process = start(command, **{**streams, **options})
        try:
            process.wait(seconds)
            problem = None
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            problem = f"killed after {seconds} s: "
        stdout.seek(0)
        stderr.seek(0)
        outcome = Outcome(command, process.returncode, stdout.read(), stderr.read())
    if problem:
        pytest.fail(problem + str(outcome), pytrace=False)
    return outcome
