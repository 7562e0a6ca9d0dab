# SPDX-License-Identifier: BSD-3-Clause
"""lint, as it is run: what it finds is the business of the unit tests."""

import json
import os
import pty

from clinic import run, start
from processes import ROOT
from support import UID, grant


def lint(*words, **rest):
    status, out, err = run(["lint", "--json", *words], user=ROOT, **rest)
    return status, {(finding["severity"], finding["check"]) for finding in json.loads(out)["findings"]}, err


def test_files_in_order():
    """Nothing is wrong: status 0."""
    status, found, err = lint()
    assert (status, err) == (0, "")
    assert {severity for severity, _ in found} <= {"ok", "warning"}


def test_overlap():
    """Two users who share ids: status 1."""
    grant(UID, "alice:100000:65536", "bob:165535:65536")
    status, found, err = lint()
    assert (status, err) == (1, "")
    assert any(severity == "problem" for severity, _ in found)


def test_files_of_another_root(tmp_path):
    """The etc of an image or of another disk, and not the machine's."""
    (tmp_path / "etc").mkdir()
    for name, text in (("passwd", "carol:x:1000:1000::/:/bin/sh\n"), ("subuid", "carol:100000:x\n"), ("subgid", "")):
        (tmp_path / "etc" / name).write_text(text)
    assert lint("--root", tmp_path)[0] == 1
    assert lint()[0] == 0


def test_root_that_is_not_there():
    """Then nothing is known: status 2, and a sentence."""
    status, out, err = run(["lint", "--root", "/nonexistent"], user=ROOT)
    assert (status, out) == (2, "")
    assert err.startswith("uidmap-doctor: ") and err.count("\n") == 1


def test_progress_is_for_terminals():
    """It is shown on stderr where that is a terminal, and wiped away; stdout is the same as ever."""
    leader, follower = pty.openpty()
    grant(UID, *(f"alice:{100000 + 10 * i}:1" for i in range(200000)))
    with start(["lint", "--json"], user=ROOT, stderr=follower) as process:
        os.close(follower)
        out = process.stdout.read()
        shown = os.read(leader, 1 << 20).decode()
    os.close(leader)
    assert "%" in shown
    status, quiet, err = run(["lint", "--json"], user=ROOT)
    assert (status, err) == (process.returncode, "") and quiet.encode() == out
