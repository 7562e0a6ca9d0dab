# SPDX-License-Identifier: BSD-3-Clause
"""Which test produces which reason of src/core/failure.h, and what every refusal must look like."""

import os
import re
import socket

import pytest

from support import run_tool

ROOT = os.path.realpath(f"{os.path.dirname(os.path.abspath(__file__))}/../..")
MODES = ("setuid", "fcaps", "both")
EPERM = "Operation not permitted"

PRODUCED = {}  # reason: the names of the tests that produce it
ABSENT = {}    # reason: {mode: why it cannot occur there}

# What the suites beside this one produce, with their own way of installing, or of breaking into a run.
ELSEWHERE = {
    "kLookupMissing": "tests/lookup/test_program.py::test_missing_file",
    "kLookupUnfit": "tests/lookup/test_program.py::test_unfit_file",
    "kLookupStepFailed": "tests/lookup/test_program.py::test_noexec",
    "kLookupNotReady": "tests/lookup/test_limits.py::test_limit_is_named",
    "kLookupEnded": "tests/lookup/test_plugin.py::test_sudden_end",
    "kLookupSilent": "tests/lookup/test_silence.py::test_silence_is_a_refusal",
    "kLookupMisspoke": "tests/lookup/test_accounts.py::test_forged_answer",
    "kAccountSourceFailed": "tests/lookup/test_accounts.py::test_failure",
    "kSubidSourceFailed": "tests/lookup/test_plugin.py::test_failure",
    "kSubidPluginUnfit": "tests/lookup/test_plugin.py::test_unfit",
    "kSubidPluginWithoutName": "tests/lookup/test_plugin.py::test_caller_without_name",
    "kPolicyUnavailable": "tests/lookup/test_policy.py::test_broken_policy",
    "kPolicyRefused": "tests/lookup/test_policy.py::test_refused",
    "kPolicyWithoutName": "tests/lookup/test_policy.py::test_caller_without_name",
    "kRangeNotGrantedByPlugin": "tests/lookup/test_plugin.py::test_nothing_granted",
    "kLogFailed": "tests/record/test_log_state.py::test_no_descriptor_left",
    "kAuditUnfit": "tests/record/test_audit_program.py::test_missing",
    "kAuditStepFailed": "tests/record/test_audit_program.py::test_no_process_left",
    "kAuditNotReady": "tests/record/test_audit_program.py::test_not_executable",
    "kAuditEnded": "tests/record/test_audit_program.py::test_sudden_end",
    "kAuditSilent": "tests/record/test_audit_program.py::test_silence",
    "kAuditFailed": "tests/record/test_audit_program.py::test_socket_refused",
    # A capset(2) that fails after the first one that worked takes somebody inside the process.
    "kRaiseFailed": "tests/privileged/raise_test.cc::Privilege.ThatCannotBeRaisedEndsTheRunWithAReason",
    "kCapabilityNotGone": "tests/privileged/raise_test.cc::Privilege.ThatCannotBeRenouncedEndsTheRunWithAReason",
}

NOWHERE = {
    "kLookupExposed": "uidmap-lookup says before that it runs without its group (kLookupNotReady); this second look at "
                      "it is for a kernel that lets the caller trace what has a group that he lacks",
    "kLookupDisturbed": "who stops uidmap-lookup and lets it go on must do so between a question and its answer, which "
                        "no caller can arrange but by trying again and again",
}


def all_reasons():
    """The names in enum Reason, but for the first and the last, which are none."""
    with open(f"{ROOT}/src/core/failure.h") as header:
        body = re.search(r"enum class Reason[^{]*\{(.*?)\};", header.read(), re.DOTALL)[1]
    names = re.findall(r"^\s*(k\w+),", body, re.MULTILINE)
    assert names[0] == "kNone" and names[-1] == "kCount"
    return names[1:-1]


def exists(name):
    """Whether the file has the test: path::function, or path::Suite.Name."""
    path, _, test = name.partition("::")
    with open(f"{ROOT}/{path}") as file:
        text = file.read()
    if path.endswith(".py"):
        return f"\ndef {test}(" in text
    suite, _, case = test.partition(".")
    return re.search(rf"^TEST(_[PF])?\({suite},\s*{case}\)", text, re.MULTILINE) is not None


def produces(*reasons, absent=None):
    """Marks a test that has the tool refuse for these reasons, and asserts every word that is said. absent has the
    modes of installing in which there is no such refusal, and why."""
    def mark(function):
        for reason in reasons:
            PRODUCED.setdefault(reason, []).append(function.__name__)
            ABSENT.setdefault(reason, {}).update(absent or {})
        function = pytest.mark.ours(function)
        return pytest.mark.install(*(mode for mode in MODES if mode not in (absent or {})))(function)
    return mark


def expect(kind, arguments, first, reason=None, hint=None, note=None, unchanged=(), **start):
    """Has the tool refuse, and asserts all that is common to refusals: status 1, one write(2) to stderr that LXC can
    read, nothing but these lines and no odd byte in it, and targets that are as they were."""
    label = f"{kind.tool}: "
    lines = [first] + [f"{label}{word}: {text}" for word, text in
                       (("reason", reason), ("hint", hint), ("note", note)) if text is not None]
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            text = "\n".join(lines) + "\n"
            result = run_tool(kind, *arguments, stderr=theirs, says=text, **start)
        written = list(iter(lambda: ours.recv(1 << 20), b""))
    assert b"".join(written).decode("ascii", "backslashreplace") == text
    assert len(written) == 1 and len(written[0]) < 4096
    assert (result.status, result.stdout) == (1, "")
    for target in unchanged:
        assert target.state() == target.before
