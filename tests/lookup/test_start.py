# SPDX-License-Identifier: BSD-3-Clause
"""When uidmap-lookup is started, and when not."""

import subprocess

import world
from processes import ALICE, Target
from support import SCRATCH, grant

KINDS_OF_START = "clone,clone3,fork,vfork,execve,execveat"


def processes_started(kind):
    """How many further processes a run starts, by the kernel's account, and what each executes."""
    log = f"{SCRATCH}/record/trace"
    with Target() as target:
        call = [f"{SCRATCH}/tools/{kind.tool}", str(target), "0", "100000", "10"]
        command = ["strace", "-f", "-q", "-u", "alice", "-e", f"trace={KINDS_OF_START}", "-o", log, *call]
        run = subprocess.run(command, capture_output=True, env={})
        assert (run.returncode, run.stderr) == (0, b"")
        assert target.map(kind) == [(0, 100000, 10)]
    with open(log) as file:
        calls = [line.split(None, 1)[1].partition("(")[0] for line in file if "resumed" not in line and "(" in line]
    return calls


def test_ordinary_run_starts_nothing(kind):
    """Users and grants in local files, no policy: one process, and one program."""
    grant(kind, "alice:100000:10")
    assert processes_started(kind) == ["execve"]
    world.nsswitch(passwd="files test", subid="files")
    assert processes_started(kind) == ["execve"]


def test_other_runs_start_one_program(kind):
    """With a plugin, a name service or a policy it is one more, once, and each question takes a process of that."""
    grant(kind, "alice:100000:10")
    world.order_nss(uid=ALICE.uid, gid=ALICE.gid, name="alice", passwd="test files")
    world.order_pam(kind=kind)
    with open("/etc/nsswitch.conf", "a") as file:
        file.write("subid: files yes\n")
    started = processes_started(kind)
    assert started == ["execve", "clone", "execveat", "clone", "clone"]  # a name, a policy; the files knew the rest
