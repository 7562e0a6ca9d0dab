# SPDX-License-Identifier: BSD-3-Clause
"""Where audit is on, a map without its record is refused: uidmap-audit missing, unfit, dead, silent or failing."""

import os
import resource
import stat
import subprocess

import pytest

import audit
from filters import answer
from log import Log
from processes import ALICE, CLONE_NEWNS, LIBC, Target, check, mount, prctl
from support import SCRATCH, UID, assert_granted, assert_refused, grant, put, remove, run_tool

RANGE = (0, 100000, 65536)
pytestmark = pytest.mark.modes("setuid")


def expect_refusal(reason, word, **start):
    """The map is not written, the caller is told why, and the log has the reason."""
    grant(UID, "alice:100000:65536")
    audit.on()
    with Log() as log, Target() as target:
        result = run_tool(UID, target, RANGE, **start)
        assert_refused(result, target)
        assert result.stderr.splitlines()[:2] == [
            "newuidmap: cannot put the map on record", f"newuidmap: reason: {reason}"]
        last = log.lines()[-1].text.decode()
        assert last.endswith(f" reason={word} res=failed")


UNFIT = (f"audit is on, but the program that writes to it, {audit.PROGRAM}, is missing, or not a file of root without "
         "set-id bits that nobody else may write")


def test_missing():
    remove(audit.PROGRAM)
    expect_refusal(UNFIT, "audit-unfit")


@pytest.mark.parametrize("file", ({"mode": 0o4711}, {"mode": 0o2711}, {"mode": 0o731}, {"mode": 0o713},
                                  {"uid": ALICE.uid}), ids=str)
def test_unfit(file):
    """A set-id bit would take the capability away again, and what others may write is theirs."""
    audit.install(**file)
    expect_refusal(UNFIT, "audit-unfit")


def test_link():
    """Not followed."""
    os.rename(audit.PROGRAM, f"{audit.PROGRAM}-real")
    os.symlink(f"{audit.PROGRAM}-real", audit.PROGRAM)
    expect_refusal(UNFIT, "audit-unfit")
    remove(f"{audit.PROGRAM}-real")


@pytest.mark.parametrize("permissions", (0o755, 0o711, 0o700), ids=oct)
def test_fit(permissions):
    """Who may read or start it does not matter: it is started with a capability that its starter must have. A mode
    that keeps the caller from executing it does."""
    audit.install(mode=permissions)
    grant(UID, "alice:100000:65536")
    audit.on()
    with audit.Reader() as reader, Target() as target:
        result = run_tool(UID, target, RANGE)
        if permissions & stat.S_IXOTH:
            assert_granted(result, target, UID, RANGE)
            assert len(reader.about(target)) == 1
        else:
            assert_refused(result, target)
            assert "executing it failed" in result.stderr


def test_no_process_left():
    """A limit of the caller's."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))  # noqa: E731
    expect_refusal("audit is on, but the program that writes to it could not be started: fork failed: "
                   "Resource temporarily unavailable", "audit-step-failed", prepare=limit)


def test_not_executable():
    put(audit.PROGRAM, "#!/nonexistent\n", mode=0o755)
    expect_refusal('audit is on, but uidmap-audit does not run as it must: "executing it failed"', "audit-not-ready")


def test_without_ambient_capabilities():
    """A container's securebits can forbid them."""
    def forbid():
        prctl(28, 1 << 6)  # PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE
    expect_refusal('audit is on, but uidmap-audit does not run as it must: "it was not given CAP_AUDIT_WRITE, or could '
                   'not give up what else it has"', "audit-not-ready", prepare=forbid)


def test_sudden_end():
    audit.install(mode=0o755, source="/bin/true")
    expect_refusal("audit is on, but uidmap-audit ended without an answer", "audit-ended")


def test_nonsense():
    """A program that says something else."""
    audit.install(mode=0o755, source="/bin/true")
    put(f"{SCRATCH}/nonsense.c", "#include <unistd.h>\nint main(void) { return write(3, \"x\", 1) != 1; }\n")
    subprocess.run(["gcc", "-o", audit.PROGRAM, f"{SCRATCH}/nonsense.c"], check=True)
    expect_refusal("audit is on, but uidmap-audit ended without an answer", "audit-ended")


def test_silence():
    """Before it is ready it has two seconds, for a machine that is busy."""
    put(f"{SCRATCH}/silent.c", "#include <unistd.h>\nint main(void) { return pause(); }\n")
    subprocess.run(["gcc", "-o", audit.PROGRAM, f"{SCRATCH}/silent.c"], check=True)
    expect_refusal("audit is on, but uidmap-audit did not answer within 2000 milliseconds", "audit-silent")


def test_socket_refused():
    """Whatever keeps uidmap-audit from its socket but a kernel without audit."""
    expect_refusal("audit is on, but the record was not taken: Permission denied", "audit-failed",
                   prepare=lambda: answer("socket", 13, 0, 16))


def test_kernel_without_audit():
    """That is no failure."""
    grant(UID, "alice:100000:65536")
    audit.on()
    with Target() as target:
        result = run_tool(UID, target, RANGE, prepare=lambda: answer("socket", 93, 0, 16))  # EPROTONOSUPPORT
        assert_granted(result, target, UID, RANGE)


def test_no_null_device():
    """A root without one still has "/"."""
    grant(UID, "alice:100000:65536")
    audit.on()
    def hide_devices():
        check(LIBC.unshare(CLONE_NEWNS))
        mount("none", "/dev", "tmpfs")
    with audit.Reader() as reader, Target() as target:
        result = run_tool(UID, target, RANGE, prepare=hide_devices)
        assert_granted(result, target, UID, RANGE)
        assert len(reader.about(target)) == 1


def test_started_by_hand():
    """It has nothing to give to who starts it himself."""
    done = subprocess.run([audit.PROGRAM], capture_output=True, text=True, user=ALICE.uid, group=ALICE.gid,
                          timeout=audit.PATIENCE)
    assert done.returncode == 1
    assert done.stderr == "uidmap-audit: is started by newuidmap and newgidmap, and is of no use otherwise\n"
