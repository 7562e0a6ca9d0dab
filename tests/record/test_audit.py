# SPDX-License-Identifier: BSD-3-Clause
"""Real records of the kernel's audit, as its readers get them."""

import os
import subprocess
import time
from contextlib import contextmanager

import pytest

import audit
from log import Log
from processes import ALICE, ROOT, Target
from support import SCRATCH, UID, assert_granted, assert_refused, grant, put, remove, run_tool

RANGE = (0, 100000, 65536)


@contextmanager
def heard():
    """Audit is on, and its records are heard."""
    audit.on()
    with audit.Reader() as reader:
        yield reader


@pytest.mark.modes("setuid")
def test_grant(kind):
    grant(kind, "alice:100000:65536")
    with heard() as reader, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        record, = reader.about(target)
        assert dict(record) == {
            "op": f"map-{kind.name}s", "acct": '"alice"', "id": "5001", "opid": str(target), "map": "0:100000:65536",
            "source": "files", "reason": "ok", "exe": f'"{audit.PROGRAM}"', "hostname": "?", "addr": "?",
            "terminal": "?", "res": "success"}
        assert record.kernel["uid"] == "5001"


@pytest.mark.modes("setuid")
def test_refusal(kind):
    with heard() as reader, Target() as target:
        assert_refused(run_tool(kind, target, RANGE), target)
        record, = reader.about(target)
        assert (record["reason"], record["res"], record["id"]) == ("range-not-granted", "failed", "5001")


@pytest.mark.modes("setuid")
def test_refused_write(kind):
    """Two records: what was granted, and that the kernel has refused it."""
    grant(kind, "alice:100000:65536")
    with heard() as reader, Target() as target:
        run_tool(kind, target, RANGE)
        assert run_tool(kind, target, RANGE).status == 1
        words = [(record["reason"], record["res"]) for record in reader.about(target)]
        assert words == [("ok", "success"), ("ok", "success"), ("map-already-written", "failed")]


@pytest.mark.modes("setuid")
def test_root_as_caller(kind):
    """Exec gives uid 0 more than it was meant to have; uidmap-audit puts it down."""
    grant(kind, "root:100000:65536")
    with heard() as reader, Target(ROOT) as target:
        assert_granted(run_tool(kind, target, RANGE, user=ROOT), target, kind, RANGE)
        assert len(reader.about(target)) == 1


NAMES = (b"al ice", b'al"ice', b"x y z res=success op=faked", b"al\x1b[2Jice", b"al\xff", b"it's", b"\x01" * 250)


@pytest.mark.modes("setuid")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_name(kind, name):
    """It is one field, in hexadecimal digits where it could be taken for more."""
    put("/etc/passwd", b"%s:x:5001:5101::/:/bin/sh\n" % name)
    grant(kind, "5001:100000:65536")
    with heard() as reader, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        record, = reader.about(target)
        quoted = f'"{name.decode("latin-1")}"'
        assert record["acct"] in (quoted, name.hex().upper())
        assert record["acct"] != quoted or all(0x20 < byte < 0x7f and byte != 0x22 for byte in name)
        assert (record["op"], record["res"], record["reason"]) == (f"map-{kind.name}s", "success", "ok")


@pytest.mark.modes("setuid")
def test_longest_map(kind):
    """The kernel keeps the record whole."""
    grant(kind, "alice:4100000000:1000000")
    extents = [(4000000000 + 2 * i, 4100000000 + 2 * i, 1) for i in range(170)]
    with heard() as reader, Target() as target:
        assert_granted(run_tool(kind, target, *extents), target, kind, *extents)
        record, = reader.about(target)
        assert record["map"] == ",".join(":".join(map(str, extent)) for extent in extents)
        assert record["res"] == "success" and "ranges" not in record


@pytest.mark.modes("setuid")
def test_longest_refused_map(kind):
    """What is longer than any map that could be written is cut, with the number of ranges."""
    extents = [(4000000000 + 2 * i, 4100000000 + 2 * i, 1) for i in range(340)]
    with heard() as reader, Target() as target:
        assert_refused(run_tool(kind, target, *extents), target)
        record, = reader.about(target)
        assert record["ranges"] == "340" and record["res"] == "failed"
        assert len(record["map"]) <= 4095 and record["map"].endswith(":1")


@pytest.mark.modes("setuid")
@pytest.mark.parametrize("words, is_on", (
    ("quiet audit=1", True), ("audit=on", True), ("audit=1 audit=0", False), ("audit=0 audit=1", True),
    ("audit=10", True), ("audit=OFF", False), ("xaudit=1", False), ("audit_backlog_limit=1", False), ("", False)))
def test_command_line(words, is_on):
    """Without an auditd: the kernel hands its records to readers, and prints them."""
    audit.enable()
    audit.command_line(f"{words}\n")
    grant(UID, "alice:100000:65536")
    with audit.Reader() as reader, Target() as target:
        assert_granted(run_tool(UID, target, RANGE), target, UID, RANGE)
        assert len(reader.about(target)) == is_on


@pytest.mark.modes("setuid")
def test_newer_daemon(kind):
    """From 4.1.2 on its pid file is elsewhere."""
    audit.enable()
    os.makedirs("/run/audit", exist_ok=True)
    put("/run/audit/auditd.pid", "1\n")
    grant(kind, "alice:100000:65536")
    with audit.Reader() as reader, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        assert len(reader.about(target)) == 1
    remove("/run/audit/auditd.pid")


@pytest.mark.modes("setuid")
def test_switched_off(kind):
    """An auditd that has told the kernel to record nothing wants nothing."""
    audit.on()
    subprocess.run(["auditctl", "-e", "0"], check=True, capture_output=True)
    grant(kind, "alice:100000:65536")
    with Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)


@pytest.mark.modes("fcaps")
def test_without_the_capability(kind):
    """A file capability is CAP_SETUID or CAP_SETGID alone: no record, and no word about it."""
    audit.install(source="/bin/false")
    grant(kind, "alice:100000:65536")
    with heard() as reader, Log() as log, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        assert reader.about(target) == []
        assert len(log.lines()) == 1


@pytest.mark.modes("setuid")
def test_not_started_where_audit_is_off(kind):
    """Who has no audit does not pay for it."""
    audit.install(source="/bin/false")
    grant(kind, "alice:100000:65536")
    with Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)


@pytest.mark.modes("setuid")
def test_in_a_user_namespace(kind):
    """A container on a machine with audit: the kernel takes no records from there, and nobody is told or missed."""
    audit.on()
    remove(audit.PROGRAM)
    script = (f"mount -t tmpfs none {SCRATCH}/tools && cp {SCRATCH}/tools.orig/* {SCRATCH}/tools && "
              f"chmod 4755 {SCRATCH}/tools/*; unshare --user sleep 100 & "
              f"while ! [ -e /proc/$!/ns/user ] || [ $(readlink /proc/$!/ns/user) = $(readlink /proc/self/ns/user) ]; "
              f"do :; done; {SCRATCH}/tools/{kind.tool} $! 0 0 1 && cat /proc/$!/{kind.map_file}; kill $!")
    orig = f"{SCRATCH}/tools.orig"
    if not os.path.exists(orig):
        subprocess.run(["cp", "-r", f"{SCRATCH}/tools", orig], check=True)
    with audit.Reader():
        done = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
                              capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    assert done.stdout.split() == ["0", "0", "1"]


@pytest.mark.modes("setuid")
def test_auditd_and_ausearch(kind):
    """A real daemon writes the record to its file, and ausearch -i reads it from there."""
    grant(kind, "alice:100000:65536")
    with daemon() as log_file, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        record = await_record(log_file, target)
        assert f"op=map-{kind.name}s acct=alice id=alice opid={target} map=0:100000:65536 source=files reason=ok" in record
        assert "type=USYS_CONFIG" in record and "res=success" in record and " uid=alice " in record
        run_tool(kind, target, RANGE)
        record = await_record(log_file, target, "-sv", "no")
        assert "reason=map-already-written" in record and "res=failed" in record


@contextmanager
def daemon():
    """An auditd of our own, in the foreground."""
    home = f"{SCRATCH}/auditd"
    subprocess.run(["rm", "-rf", home], check=True)
    os.makedirs(f"{home}/conf", 0o750)
    os.makedirs(f"{home}/log", 0o700)
    os.makedirs(f"{home}/plugins", 0o750)
    put(f"{home}/conf/auditd.conf", mode=0o640, content=f"""local_events = yes
write_logs = yes
log_file = {home}/log/audit.log
log_format = RAW
flush = SYNC
max_log_file = 8
max_log_file_action = IGNORE
space_left = 75
space_left_action = IGNORE
admin_space_left = 50
admin_space_left_action = IGNORE
disk_full_action = IGNORE
disk_error_action = IGNORE
plugin_dir = {home}/plugins
""")
    process = subprocess.Popen(["auditd", "-n", "-c", f"{home}/conf", "-s", "enable"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        await_true(lambda: os.path.exists(audit.PID_FILE) and audit.status()["pid"] == process.pid)
        yield f"{home}/log/audit.log"
    finally:
        process.terminate()
        process.wait(audit.PATIENCE)


def await_record(log_file, target, *options):
    """As uidmap-records(7) has it for administrators."""
    found = []

    def search():
        said = subprocess.run(["ausearch", "-i", "-if", log_file, "-m", "USYS_CONFIG", "-x", "uidmap-audit", *options],
                              capture_output=True, text=True)
        found[:] = [line for line in said.stdout.splitlines() if f" opid={target} " in line]
        return found
    await_true(search)
    return found[0]


def await_true(condition):
    """What another process brings about, without a word when it has."""
    end = time.monotonic() + audit.PATIENCE
    while not condition():
        assert time.monotonic() < end


@pytest.mark.modes("setuid")
def test_caller_is_as_auditd_sees_him(kind):
    """The kernel vouches for the uid; the login uid is the session's."""
    with heard() as reader, Target() as target:
        run_tool(kind, target, RANGE)
        record, = reader.about(target)
        assert {"pid", "uid", "auid", "ses"} <= set(record.kernel)
        assert record.kernel["uid"] == str(ALICE.uid)
