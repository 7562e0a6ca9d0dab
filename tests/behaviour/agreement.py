# SPDX-License-Identifier: BSD-3-Clause
"""`uidmap-doctor explain` comes to the same end as the tool, in the same words, in every run that these tests make."""

import fcntl
import json
import os
import subprocess

# Runs whose end explain cannot know, and why. A key is module::function; it stands for all of its cases.
_WRITE = "a filter answers the write in place of the kernel, and explain makes none"
_STEP = "a filter or limit hits a step that the tool takes to put privilege down, and explain has none to put down"
CANNOT_AGREE = {
    "test_reasons_kernel::test_security_module": _WRITE,
    "test_reasons_kernel::test_map_that_cannot_be_written": _WRITE,
    "test_reasons_kernel::test_denied_setgroups_is_told": _WRITE,
    "test_reasons_kernel::test_write_without_effect": _WRITE,
    "test_reasons_kernel::test_setgroups_that_cannot_be_written": _WRITE,
    "test_reasons_start::test_step_denied": _STEP,
    "test_reasons_start::test_step_without_effect": _STEP,
    "test_reasons_start::test_no_descriptors": _STEP,
    "test_reasons_target::test_unreadable_target": "the filter refuses fstat, without which the loader of a dynamic "
                                                   "program opens no library",
    "test_start_conditions::test_timers_at_any_moment": "the timer ends whom it hits, at a moment that nobody knows",
    "test_start_conditions::test_no_further_process": "another program is started, which starts the tool",
}


def is_exempt():
    """Whether the test that runs now is listed."""
    return _current() in CANNOT_AGREE


def _current():
    name = os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0]
    return name.removeprefix("./").replace(".py::", "::").partition("[")[0]


def ask(command, enter, pass_fds=(), cwd=None, umask=-1, **_):
    """Asks for the end of a run that has not begun: (accepted, what it would say), or None. `enter` makes a process what
    the tool would be started from, but for its streams, which are closed in some tests."""
    def enter_with_streams():
        out = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 1000)
        enter()
        os.dup2(out, 1)

    process = subprocess.run(command, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             preexec_fn=enter_with_streams, pass_fds=pass_fds, cwd=cwd, umask=umask, timeout=10,
                             check=False)
    if process.returncode not in (0, 1):
        return process.returncode, process.stderr.decode()
    told = json.loads(process.stdout)
    assert (told["verdict"] == "accepted") == (process.returncode == 0)
    return process.returncode, told["message"]


def compare(explained, status, said):
    """The same status and, if it is known what the tool has said, the same words."""
    assert explained == (status, explained[1] if said is None else said), f"explain and the tool: {_current()}"
