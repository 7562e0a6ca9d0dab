# SPDX-License-Identifier: BSD-3-Clause
"""Asking uidmap-doctor, and the state in which it has nothing to say."""

import json
import os
import shutil
import socket
import struct
import subprocess
from dataclasses import dataclass

import world
from processes import ALICE, CLONE_NEWNS, LIBC, become, check, mount
from support import GID, SCRATCH, SOURCE, UID, grant, remove

DOCTOR = f"{SCRATCH}/tools/uidmap-doctor"
DEBIANS = f"{SCRATCH}/debian"
PATH = "/usr/bin:/bin"


@dataclass(frozen=True)
class Report:
    status: int
    findings: list
    stderr: str

    def of(self, severity, check_name=None):
        """What was found with this severity, by this check if one is given."""
        return [finding for finding in self.findings
                if finding["severity"] == severity and check_name in (None, finding["check"])]

    def names(self, severity):
        return {finding["check"] for finding in self.of(severity)}


def start(words, user=ALICE, gid=None, prepare=None, path=PATH, env=None, **popen):
    """Starts the program as a user; prepare runs before, as root."""
    def enter():
        if prepare:
            prepare()
        become(user, gid)

    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | popen
    return subprocess.Popen([DOCTOR, *words], preexec_fn=enter, env={"PATH": path} | (env or {}), **streams)


def run(words=(), **rest):
    with start(words, **rest) as process:
        out, err = process.communicate(timeout=30)
    return process.returncode, (out or b"").decode(), (err or b"").decode()


def examine(**rest):
    """The health check. Its exit status is always what its findings say."""
    status, out, err = run(["--json"], **rest)
    assert status in (0, 1), err
    told = json.loads(out)
    assert set(told) == {"version", "ok", "findings"} and told["version"] == 1
    assert all(set(finding) == {"severity", "check", "sentence", "remedy"} for finding in told["findings"])
    report = Report(status, told["findings"], err)
    assert {finding["severity"] for finding in report.findings} <= {"ok", "warning", "problem"}
    assert told["ok"] == (status == 0) == (not report.of("problem"))
    return report


def expect(severity, check_name, *words, others=(), **rest):
    """A fault is found by the check, whose sentence has these words, and by no other but those named. Returns the
    findings."""
    report = examine(**rest)
    found = report.of(severity, check_name)
    assert found, report.findings
    for word in words:
        assert any(word in finding["sentence"] for finding in found), found
    assert report.names("problem") == ({check_name} if severity == "problem" else set()) | set(others)
    assert severity == "problem" or check_name in report.names("warning")
    return found


def expect_problem(check_name, *words, **rest):
    return expect("problem", check_name, *words, **rest)


def expect_warning(check_name, *words, **rest):
    return expect("warning", check_name, *words, **rest)


def cure(findings, shell="/bin/sh", cwd="/"):
    """Does as root what the remedies say."""
    for finding in findings:
        subprocess.run([shell, "-ec", finding["remedy"]], check=True, cwd=cwd, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


# ---- the state every test starts with ------------------------------------------------------------------------------

def place(kind, directory="/usr/bin", setuid=False, capability=True, source=SOURCE, mode=None):
    """Installs a tool, as a new file; returns its path."""
    os.makedirs(directory, exist_ok=True)
    path = f"{directory}/{kind.tool}"
    remove(path)
    shutil.copyfile(f"{source}/{kind.tool}", path)
    os.chmod(path, mode or (0o4755 if setuid else 0o755))
    if capability:  # revision 2, effective: what `setcap cap_setuid=ep` writes
        os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, 1 << kind.capability, 0, 0, 0))
    return path


def place_debians(setuid=True):
    """Debian's own pair, as its package has it, or as the remedy makes it."""
    for kind in (UID, GID):
        place(kind, setuid=setuid, capability=not setuid, source=DEBIANS)


def heal():
    """A machine on which nothing is wrong: /etc with grants for alice, the pair, and somebody at /dev/log."""
    world.reset()
    for kind in (UID, GID):
        place(kind)
        grant(kind, "alice:100000:65536")


def listen():
    """Takes the place of a log daemon, as long as what it returns is open."""
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    return log


def in_own_mounts(act):
    """As `prepare`: does something to what is mounted, for the process alone."""
    def prepare():
        check(LIBC.unshare(CLONE_NEWNS))
        act()
    return prepare


def switch(directory, name, value):
    """As `prepare`: a file of one number, below a directory of which nothing else is left."""
    def act():
        mount("tmpfs", directory, "tmpfs")
        os.makedirs(os.path.dirname(f"{directory}/{name}"), exist_ok=True)
        with open(f"{directory}/{name}", "w") as file:
            file.write(f"{value}\n")
    return in_own_mounts(act)
