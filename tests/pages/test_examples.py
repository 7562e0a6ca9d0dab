# SPDX-License-Identifier: BSD-3-Clause
"""What the pages show under EXAMPLES happens, word by word."""

import re
import subprocess

import pytest
from page import section, transcript
from shell import Shell, put, reset_etc

PAGES = ("newuidmap.1", "getsubids.1", "subuid.5", "uidmap-doctor.1")


@pytest.fixture(autouse=True)
def etc():
    reset_etc()


@pytest.mark.parametrize("page", PAGES)
def test_examples(page):
    """Each command says what stands below it. `cat /etc/FILE` tells what the file has from there on."""
    commands = transcript(page)
    assert any(output for _, output in commands)
    shown = []
    with Shell() as shell:
        for command, output in commands:
            if file := re.fullmatch(r"cat /etc/(\w+)", command):
                put(file[1], output)
            shown.append((command, shell.type(command)))
    # The page has 4242 where a process has whichever number it got.
    assert [(command, re.sub(r"\bprocess \d+", "process 4242", output)) for command, output in shown] == commands


def rows():
    """[(line, whether it grants)] of the list in subuid(5)."""
    listed = re.findall(r'^\.It Li "?([^"\n]*)"?\n(granted|nothing)', section("subuid.5", "DESCRIPTION"), re.MULTILINE)
    assert len(listed) > 10
    return listed


@pytest.mark.parametrize("line,outcome", rows())
def test_lines_of_subuid(line, outcome):
    """What subuid(5) says of a line is what getsubids finds in it."""
    put("subuid", line)
    done = subprocess.run(["getsubids", "alice"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert (done.returncode == 0, bool(done.stdout)) == ((outcome == "granted"),) * 2
