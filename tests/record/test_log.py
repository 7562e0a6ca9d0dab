# SPDX-License-Identifier: BSD-3-Clause
"""Every decision is one line of the system log, and nothing that anybody chose can make it two."""

import os

import pytest

from filters import answer
from log import INFO, WARNING, Log
from namespaces import Nested, container, enter
from processes import ALICE, BOB, Target
from support import GID, UID, assert_granted, assert_refused, grant, install, put, run_tool

RANGE = (0, 100000, 65536)


def fields(kind, line, priority):
    """What a line says, behind what every line begins with; it has no byte that is not plain."""
    head = b"<%d>%s[%d]: op=map-%ss " % (priority, kind.tool.encode(), line.pid, kind.name.encode())
    assert line.text.startswith(head)
    assert all(0x20 <= byte <= 0x7e for byte in line.text)
    assert len(line.text) <= 1024
    return line.text[len(head):].decode()


def only(kind, log, priority):
    line, = log.lines()
    return fields(kind, line, priority)


def test_grant(kind):
    """What is granted, to whom, for which process, by which source."""
    grant(kind, "alice:100000:65536")
    with Log() as log, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        line, = log.lines()
        assert line.uid == ALICE.uid
        assert fields(kind, line, INFO) == (
            f'uid=5001 acct="alice" opid={target} map=0:100000:65536 source=files res=success')


def test_own_id(kind):
    """No source has granted it."""
    with Log() as log, Target() as target:
        assert_granted(run_tool(kind, target, (0, kind.own(ALICE), 1)), target, kind, (0, kind.own(ALICE), 1))
        assert f"map=0:{kind.own(ALICE)}:1 source=own res=success" in only(kind, log, INFO)


def test_refusal(kind):
    """With the word for its reason."""
    grant(kind, "bob:100000:65536")
    with Log() as log, Target() as target:
        assert_refused(run_tool(kind, target, RANGE), target)
        assert only(kind, log, WARNING) == (
            f'uid=5001 acct="alice" opid={target} map=0:100000:65536 source=files reason=range-not-granted res=failed')


def test_refused_write(kind):
    """The grant is on record before the kernel is asked, and that it has refused the map comes after."""
    grant(kind, "alice:100000:65536")
    with Log() as log, Target() as target:
        run_tool(kind, target, RANGE)
        assert run_tool(kind, target, RANGE).status == 1
        _, granted, refused = log.lines()
        about = f'uid=5001 acct="alice" opid={target} map=0:100000:65536 source=files'
        assert fields(kind, granted, INFO) == f"{about} res=success"
        assert fields(kind, refused, WARNING) == f"{about} reason=map-already-written res=failed"
        assert granted.pid == refused.pid


def test_target_of_somebody_else(kind):
    """Who asks is in the record, not whom he asks about."""
    grant(kind, "alice:100000:65536")
    with Log() as log, Target(BOB) as target:
        assert_refused(run_tool(kind, target, RANGE), target)
        assert only(kind, log, WARNING).startswith('uid=5001 acct="alice" ')


def test_caller_without_account(kind):
    put("/etc/passwd", "root:x:0:0::/:/bin/sh\n")
    grant(kind, "5001:100000:65536")
    with Log() as log, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        assert only(kind, log, INFO).startswith('uid=5001 acct="?" ')


@pytest.mark.parametrize("arguments", ([], ["--help"], ["--version"], ["1"]), ids=str)
def test_nothing_asked_for(kind, arguments):
    """What looks whether the tools are there decides nothing."""
    with Log() as log:
        run_tool(kind, *arguments)
        assert log.lines() == []


@pytest.mark.parametrize("arguments, reason", (
    (["0"], "bad-target"), (["1", "0", "1"], "incomplete-triple"), (["1", "0", "0x10", "1"], "not-decimal"),
    (["1", "0", "1", "4294967295"], "too-many-ids"), (["999999999", "0", "1", "1"], "no-process"),
    (["fd:77", "0", "1", "1"], "bad-descriptor")), ids=lambda value: value if isinstance(value, str) else "")
def test_bad_request(kind, arguments, reason):
    """No word of it is in the record."""
    with Log() as log:
        assert run_tool(kind, *arguments).status == 1
        said = only(kind, log, WARNING)
        assert said.startswith('uid=5001 acct="alice" ')
        assert said.endswith(f" reason={reason} res=failed")


@pytest.mark.parametrize("opener", ("directory", "pidfd"))
def test_target_by_descriptor(kind, opener):
    """The record has its number."""
    with Log() as log, Target() as target:
        fd = target.directory if opener == "directory" else os.pidfd_open(target.pid)
        extent = (0, kind.own(ALICE), 1)
        assert_granted(run_tool(kind, f"fd:{fd}", extent, pass_fds=[fd]), target, kind, extent)
        assert f" opid={target} " in only(kind, log, INFO)


NAMES = {
    "blank": b"al ice", "quote": b'al"ice', "field": b"alice res=success", "escape": b"al\x1b[2Jice", "delete": b"al\x7f",
    "8 bit": b"al\x9bice", "not utf-8": b"al\xff\xfe", "backslash": b"EXAMPLE\\alice", "return": b"al\rice",
    "longest": b"\x01" * 250, "priority": b"<0>alice",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_hostile_name(kind, name):
    """An account's name is one field, whatever it is made of."""
    put("/etc/passwd", b"%s:x:5001:5101::/:/bin/sh\n" % name)
    grant(kind, "5001:100000:65536")
    with Log() as log, Target() as target:
        assert_granted(run_tool(kind, target, RANGE), target, kind, RANGE)
        words = only(kind, log, INFO).split(" ")
        assert [word.split("=")[0] for word in words] == ["uid", "acct", "opid", "map", "source", "res"]
        acct = words[1].removeprefix('acct="')
        assert acct.endswith('"') and '"' not in acct[:-1] and "=" not in acct


def test_hostile_program_name(kind):
    """argv[0], 100 kB of it, is nobody's business."""
    grant(kind, "alice:100000:65536")
    with Log() as log, Target() as target:
        argv = ["\n<0>root[1]: x=\x1b" * 4500, str(target), *map(str, RANGE)]
        assert_granted(run_tool(kind, argv=argv), target, kind, RANGE)
        only(kind, log, INFO)


def test_hostile_argument(kind):
    """What an argument says is printed for its user, escaped, and not on record at all."""
    with Log() as log:
        assert run_tool(kind, "1", "0", "\n<0>root[1]: forged=\x1b[2J", "1").status == 1
        said = only(kind, log, WARNING)
        assert "forged" not in said and said.endswith(" reason=not-decimal res=failed")


def test_longest_map(kind):
    """The line has as many ranges as fit, and their number."""
    grant(kind, "alice:4100000000:1000000")
    extents = [(4000000000 + 2 * i, 4100000000 + 2 * i, 1) for i in range(160)]
    with Log() as log, Target() as target:
        assert_granted(run_tool(kind, target, *extents), target, kind, *extents)
        said = only(kind, log, INFO)
        assert " ranges=160 source=files res=success" in said
        shown = said.split(" map=")[1].split(" ")[0].split(",")
        assert shown == [":".join(map(str, extent)) for extent in extents[:len(shown)]]


@pytest.mark.modes("setuid")
def test_deny_that_remains():
    """A gid map that the kernel refuses can leave setgroups denied, and the second record says so."""
    with Log() as log, Target() as target:
        text = f"0 {ALICE.gid} 1\n"
        result = run_tool(GID, target, (0, ALICE.gid, 1), prepare=lambda: answer("write", 1, 2, len(text)))
        assert result.status == 1 and "setgroups of the target is now deny" in result.stderr
        granted, refused = log.lines()
        assert fields(GID, granted, INFO).endswith(" source=own res=success")
        assert fields(GID, refused, WARNING).endswith(" reason=map-write-failed setgroups=deny res=failed")


@pytest.mark.modes("setuid")
def test_start_that_fails():
    """What ends the run before anything is known is on record, too."""
    with Log() as log:
        assert run_tool(UID, "1", "0", "1", "1", path=copy_with_foreign_group()).status == 1
        line, = log.lines()
        assert fields(UID, line, WARNING) == 'acct="?" reason=foreign-group res=failed'


def copy_with_foreign_group():
    path = install(UID, "foreign", setuid=True, capability=False)
    os.chown(path, 0, 5999)
    os.chmod(path, 0o6755)
    return path


@pytest.mark.parametrize("path", ("/etc/passwd", "/etc/nsswitch.conf", None), ids=str)
def test_file_that_the_caller_could_write(kind, path):
    """Inside a user namespace it counts, as images for OpenShift need it, and the record names it."""
    grant(kind, "alice:100000:65536")
    path = path or kind.subid
    os.chown(path, 0, ALICE.gid)
    os.chmod(path, 0o664)
    with container() as around, Nested(around) as target, Log() as log:
        result = run_tool(kind, target, RANGE, prepare=lambda: enter(around))
        assert_granted(result, target, kind, RANGE)
        assert only(kind, log, INFO).endswith(f" source=files writable={path} res=success")
