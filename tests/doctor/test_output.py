# SPDX-License-Identifier: BSD-3-Clause
"""What is printed, for people and for programs, and the exit status."""

import json
import os
import pty
import re
import subprocess

import pytest

from clinic import cure, examine, place, run, start
from processes import ALICE, Target, drop_from_bounding_set
from support import GID, SCRATCH, UID, grant

PROJECT = os.path.realpath(f"{os.path.dirname(os.path.abspath(__file__))}/../..")
ESCAPE = "\x1b["


def on_terminal(words=(), **rest):
    """What is printed on a terminal."""
    leader, follower = pty.openpty()
    with start(words, stdout=follower, **rest) as process:
        os.close(follower)
        shown = b""
        while chunk := _read(leader):
            shown += chunk
    os.close(leader)
    return shown.decode()


def _read(leader):
    try:
        return os.read(leader, 65536)
    except OSError:  # the other end is closed
        return b""


def test_healthy():
    """One line for each check, and a last one."""
    status, out, err = run()
    assert (status, err) == (0, "")
    *lines, last = out.splitlines()
    assert all(re.fullmatch(r"ok       [a-z-]+: \S.*", line) for line in lines)
    assert last == "0 problems, 0 warnings"


def test_problem():
    """A problem has its remedy on the next line, and makes the exit status 1."""
    grant(UID)
    status, out, err = run()
    assert (status, err) == (1, "")
    assert ('problem  grants-uid: /etc/subuid grants no uids to uid 5001\n'
            '         try: usermod --add-subuids 100000-165535 alice\n') in out
    assert out.endswith("1 problem, 0 warnings\n")


def test_free_range(kind):
    """What is proposed belongs to nobody, and works."""
    grant(kind, "bob:300000:65536", "5001:0:0")
    finding, = examine().of("problem")
    assert finding["remedy"] == f"usermod --add-sub{kind.name}s 365536-431071 alice"


def test_remedy_is_no_trap(kind):
    """A command that is to be pasted does what it says, whatever a directory is called."""
    directory = f"{SCRATCH}/$(touch trap) 'x"
    place(kind, directory, capability=False)
    cure(examine(path=f"{directory}:/usr/bin").of("problem", "helper-privilege"), shell="/bin/bash", cwd=SCRATCH)
    assert examine(path=f"{directory}:/usr/bin").status == 0
    assert not os.path.exists(f"{SCRATCH}/trap")


def test_colour_on_a_terminal():
    """Colour, and the same words."""
    assert ESCAPE in on_terminal()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal()).replace("\r\n", "\n")
    assert plain == run()[1]


@pytest.mark.parametrize("env", ({"NO_COLOR": "1"}, {"TERM": "dumb"}), ids=("NO_COLOR", "dumb"))
def test_no_colour(env):
    """Unless somebody does not want it."""
    assert ESCAPE not in on_terminal(env=env)


def test_empty_no_color():
    """no-color.org: only a value that is not empty counts."""
    assert ESCAPE in on_terminal(env={"NO_COLOR": ""})


def test_json_is_never_coloured():
    """JSON is for programs."""
    json.loads(on_terminal(["--json"]))


def test_bytes_that_are_no_text(kind):
    """Names that are not UTF-8, or would move the cursor."""
    directory = os.fsdecode(f"{SCRATCH}/".encode() + b"\xff\x1b[31m")
    place(kind, directory)
    status, out, _ = run(path=f"{directory}:/usr/bin")
    assert (status, ESCAPE in out, "\\xff\\x1b[31m" in out) == (0, False, True)
    json.loads(run(["--json"], path=f"{directory}:/usr/bin")[1])


@pytest.mark.parametrize("words", (["--nonsense"], ["nonsense"], ["explain"], ["explain", "passwd", "1"],
                                   ["explain", "--program", "/nonexistent", "newuidmap", "1"]),
                         ids=lambda words: "_".join(words))
def test_arguments_that_make_no_sense(words):
    """Status 2, nothing on stdout, one sentence on stderr."""
    status, out, err = run(words)
    assert (status, out) == (2, "")
    assert re.fullmatch(r"uidmap-doctor: .+\n", err)


def test_full_disk():
    """What cannot be printed is no success."""
    with open("/dev/full", "w") as full:
        status, _, err = run(stdout=full)
    assert (status, err) == (2, "uidmap-doctor: standard output cannot be written\n")


def test_help_and_version():
    """Both succeed, on stdout."""
    assert run(["--version"]) == (0, "uidmap-doctor (uidmap-ng) 0.1.0\n", "")
    status, out, err = run(["--help"])
    assert (status, err) == (0, "") and "explain" in out


# ---- explain ---------------------------------------------------------------------------------------------------------

def explain(kind, *words, **rest):
    status, out, err = run(["explain", "--json", kind.tool, *map(str, words)], **rest)
    told = json.loads(out)
    assert set(told) == {"version", "verdict", "steps", "map", "reason", "message"} and told["version"] == 1
    assert status == (0 if told["verdict"] == "accepted" else 1) and err == ""
    return told


def test_explain_names_lines(kind):
    """Each triple comes with the lines that grant it."""
    grant(kind, "bob:100000:10", "alice:100000:10", "alice:0:0", "5001:100010:10")
    with Target() as target:
        told = explain(kind, target, 0, 100000, 20)
        assert target.state() == target.before
    sentences = [step["sentence"] for step in told["steps"] if step["step"] == "grants"]
    assert sentences == [f'outside {kind.name}s 100000 to 100019: granted by {kind.subid} line 2, "alice:100000:10", and '
                         'line 4, "5001:100010:10"']
    assert (told["verdict"], told["map"], told["message"]) == ("accepted", "0 100000 20\n", "")


def test_explain_writes_nothing(kind):
    """What it explains can be done afterwards, once."""
    with Target() as target:
        for _ in range(2):
            assert explain(kind, target, 0, kind.own(ALICE), 1)["verdict"] == "accepted"
        assert target.state() == target.before


def test_explain_for_people(kind):
    """The steps, and what would be written or said."""
    with Target() as target:
        status, out, _ = run(["explain", kind.tool, str(target), "0", "100000", "10"])
        assert (status, out.endswith("it would write:\n0 100000 10\n")) == (0, True)
        status, out, _ = run(["explain", kind.tool, str(target), "0", "99999", "10"])
        assert status == 1
        assert re.search(rf"^refused  decision: .*\nit would say:\n{kind.tool}: {kind.name} range ", out, re.MULTILINE)


def test_explain_where_nothing_starts(kind):
    """A file capability that the bounding set lacks."""
    with Target() as target:
        told = explain(kind, target, 0, 100000, 1, prepare=lambda: drop_from_bounding_set([kind.capability]))
    assert (told["reason"], told["message"]) == ("exec", "")


# ---- completion ------------------------------------------------------------------------------------------------------

def complete(line):
    """What bash offers for the last word."""
    script = (f'. "{PROJECT}/packaging/completions/uidmap-doctor"; COMP_WORDS=($1); [[ $1 != *" " ]] || COMP_WORDS+=(""); '
              'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
              'function=$(complete -p "${COMP_WORDS[0]}" | sed "s/.*-F \\([^ ]*\\).*/\\1/"); $function; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", line], capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_completion():
    """Words where they have a meaning, and process ids of one's own."""
    assert complete("uidmap-doctor ") == {"explain", "lint", "--json", "--help", "--version"}
    assert complete("uidmap-doctor ex") == {"explain"}
    assert complete("uidmap-doctor lint ") == {"--root", "--json"}
    assert "newgidmap" in complete("uidmap-doctor explain --json ")
    assert str(os.getpid()) in complete("uidmap-doctor explain newuidmap ")
    assert complete("uidmap-doctor explain newuidmap 1 ") == set()
    for kind in (UID, GID):
        assert {"--help", str(os.getpid())} <= complete(f"{kind.tool} ")
        assert complete(f"{kind.tool} 1 ") == set()
