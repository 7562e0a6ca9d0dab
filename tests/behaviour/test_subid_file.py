# SPDX-License-Identifier: BSD-3-Clause
"""/etc/subuid and /etc/subgid: which lines count, and which files are believed."""

import errno
import fcntl
import os
import socket
import stat
import struct
from dataclasses import replace

import pytest

import filters
from processes import ALICE, BOB, SIDE_GROUP
from support import DOUBTFUL, expect_granted, expect_refused, grant, put, remove

# Lines that look as if they granted 100000-100009, or everything, and do not.
VOID = {
    "zero_everything": "alice:0:0", "zero_count": "alice:100000:0", "minus_one_from_0": "alice:0:-1",
    "minus_one_from_1": "alice:1:-1", "minus_one": "alice:100000:-1",
    "2_to_64_less_1": "alice:1:18446744073709551615", "2_to_64_and_100000": "alice:18446744073709651616:100",
    "2_to_32_and_100000": "alice:4295067296:100", "count_2_to_32_from_1": "alice:1:4294967296",
    "past_2_to_32": "alice:100000:4294867297", "count_2_to_64_and_100": "alice:100000:18446744073709551716",
    "negative_start": "alice:-1:200000", "negative_range": "alice:-10:200000",
    "fourth_field": "alice:100000:65536:extra", "empty_fourth_field": "alice:100000:65536:",
    "two_fields": "alice:100000", "one_field": "alice", "empty_count": "alice:100000:",
    "empty_start": "alice::200000", "empty_owner": ":100000:65536", "colons": ":::",
    "hex_start": "alice:0x186a0:65536", "hex_count": "alice:100000:0x100", "octal_start": "alice:0303240:65536",
    "octal_count": "alice:100000:0200", "plus_start": "alice:+100000:65536", "plus_count": "alice:100000:+65536",
    "blank_before_start": "alice: 100000:65536", "blank_before_count": "alice:100000: 65536",
    "blank_after_start": "alice:100000 :65536", "blank_after_count": "alice:100000:65536 ",
    "tab_after_count": "alice:100000:65536\t", "blank_before_owner": " alice:100000:65536",
    "tab_before_owner": "\talice:100000:65536", "blank_after_owner": "alice :100000:65536",
    "carriage_return": "alice:100000:65536\r", "carriage_return_first": "\ralice:100000:65536",
    "text_after": "alice:100000:65536x", "comment_after": "alice:100000:65536 # his",
    "comment": "#alice:100000:65536", "plus": "+alice:100000:65536", "plus_alone": "+:100000:65536",
    "minus": "-alice:100000:65536", "star": "*:100000:65536", "quoted": '"alice":100000:65536',
    "fullwidth": "alice:\uff11\uff10\uff10\uff10\uff10\uff10:65536", "uid_hex": "0x1389:100000:65536",
    "uid_2_to_32": "4294972297:100000:65536", "nul_first": "\0alice:100000:65536",
    "nul_in_owner": "alice\0:100000:65536", "nul_in_number": "alice:1000\00000:65536",
    "nul_after": "alice:100000:65536\0", "nul_and_more": "alice:100000:65536\0:extra",
    "nul_hides_line": "x\0\nx\0alice:100000:65536",
}

void_lines = pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in VOID.items()])


@void_lines
def test_void_line(kind, line):
    """A line that is not exactly owner:start:count in plain decimals, or counts nothing, grants nothing."""
    grant(kind, line)
    expect_refused(kind, (0, 100000, 10))


@void_lines
def test_neighbours_of_a_void_line(kind, line):
    """It does not harm the lines around it."""
    grant(kind, "alice:300000:10", line, "alice:400000:10")
    expect_granted(kind, (0, 300000, 10), (10, 400000, 10))


@pytest.mark.parametrize("content, triple", (
    ("alice:100000:65536", (0, 100000, 65536)),
    ("bob:1:1\n\n\nalice:100000:65536", (0, 100000, 65536)),
    ("\n# comment\n\nalice:100000:10\n\n", (0, 100000, 10)),
    ("alice:1:4294967294\n", (0, 1, 4294967294)),
    ("alice:100000:4294867295\n", (0, 100000, 4294867295)),
    ("alice:100000:4294867296\n", (0, 100000, 4294867295)),
    ("alice:4294967294:1\n", (0, 4294967294, 1)),
    ("alice:0:4294967295\n", (0, 1, 4294967294)),
    ("alice:0:4294967295", (0, 1, 4294967294))),
    ids=("no_last_newline", "blank_lines_before", "comment", "from_1", "to_last_id", "to_2_to_32", "last_id",
         "everything", "everything_no_newline"))
def test_good_line(kind, content, triple):
    """What grants, to its last id."""
    put(kind.subid, content)
    expect_granted(kind, triple)


@pytest.mark.parametrize("size", (1024, 1025, 2048, 4096, 65536))
def test_over_long_line(kind, size):
    """A line of 1024 bytes or more grants nothing, nor does its tail, wherever a buffer ends; its neighbours do."""
    tail = "alice:100000:65536"
    long_lines = ("x" * (size - cut) + tail for cut in (0, 1, 2, len(tail), len(tail) + 1, len(tail) + 2))
    grant(kind, "alice:300000:10", *long_lines, "alice:" + "0" * size + "100000:10", "alice:400000:10")
    expect_refused(kind, (0, 100000, 10))
    expect_granted(kind, (0, 300000, 10), (10, 400000, 10))


def test_long_line_at_the_end(kind):
    """An over-long line that the file ends with, without a newline, grants nothing either."""
    put(kind.subid, "alice:300000:10\n" + "x" * 1024 + "alice:100000:65536")
    expect_refused(kind, (0, 100000, 10))
    expect_granted(kind, (0, 300000, 10))


def test_many_lines(kind):
    """The last of 50000 lines counts as well as the first."""
    others = (f"user{i}:{1000000 + i * 10}:10" for i in range(50000))
    grant(kind, "alice:100000:10", *others, "alice:100010:10")
    expect_granted(kind, (0, 100000, 20))


@pytest.mark.parametrize("link", ("/etc/other/grants", "other/grants"), ids=("absolute", "relative"))
def test_symlink(kind, link):
    """The file may be a symlink, as on NixOS or with shared configuration."""
    os.makedirs("/etc/other", exist_ok=True)
    put("/etc/other/grants", "alice:100000:65536\n")
    remove(kind.subid)
    os.symlink(link, kind.subid)
    expect_granted(kind, (0, 100000, 65536))


@pytest.mark.parametrize("doubt", DOUBTFUL.values(), ids=DOUBTFUL)
def test_file_the_caller_may_write(kind, doubt):
    """Grants that the caller could have written himself are refused, and the file is named."""
    put(kind.subid, "alice:100000:65536\n", **doubt)
    assert kind.subid in expect_refused(kind, (0, 100000, 10)).stderr


def test_file_an_access_control_list_lets_the_caller_write(kind):
    """The mode does not tell, the kernel does. Bob, whom the list does not name, is not concerned."""
    put(kind.subid, "alice:100000:65536\nbob:200000:10\n")
    os.setxattr(kind.subid, "system.posix_acl_access", acl_for(ALICE.uid, 6))
    assert kind.subid in expect_refused(kind, (0, 100000, 10)).stderr
    expect_granted(kind, (0, 200000, 10), user=BOB)


def acl_for(uid, permissions):
    """acl(5) as the kernel stores it: version 2, then tag, permissions and id of each entry. All others may read."""
    nobody = 0xFFFFFFFF
    entries = ((0x01, 6, nobody), (0x02, permissions, uid), (0x04, 4, nobody), (0x10, permissions | 4, nobody),
               (0x20, 4, nobody))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def answer_for_another_domain():
    """As a security module does that lets the tool's own domain write nothing (tests/enforced has SELinux do it)."""
    filters.answer("faccessat2", errno.EACCES)


@pytest.mark.ours
@pytest.mark.parametrize("gid", (ALICE.gid, SIDE_GROUP), ids=("callers_group", "callers_side_group"))
def test_file_the_group_may_write_whatever_is_answered(kind, gid):
    """A no of the kernel's does not outweigh the mode, for who is in the group; Bob is not."""
    put(kind.subid, "alice:100000:65536\nbob:200000:10\n", mode=0o664, gid=gid)
    said = expect_refused(kind, (0, 100000, 10), prepare=answer_for_another_domain).stderr
    assert f"{kind.subid} may be written by the caller" in said
    expect_granted(kind, (0, 200000, 10), user=BOB, prepare=answer_for_another_domain)


@pytest.mark.ours
def test_more_groups_than_can_be_read(kind):
    """Who is in more groups than there is room for counts as a member of any; one who is in a thousand does not."""
    put(kind.subid, "alice:100000:65536\n", mode=0o664, gid=5102)
    for count, expect in ((1000, expect_granted), (3000, expect_refused)):
        groups = range(2_000_000_000, 2_000_000_000 + count)
        expect(kind, (0, 100000, 10), user=replace(ALICE, groups=tuple(groups)), prepare=answer_for_another_domain)


def test_file_the_caller_may_not_read(kind):
    """It is read with the caller's rights: what those do not reach is refused, and named."""
    put(kind.subid, "alice:100000:65536\n", mode=0o600)
    assert kind.subid in expect_refused(kind, (0, 100000, 10)).stderr


def test_symlink_to_a_file_of_the_caller(kind):
    """It is the file that is judged, not the link to it."""
    put("/etc/theirs", "alice:100000:65536\n", uid=ALICE.uid)
    remove(kind.subid)
    os.symlink("/etc/theirs", kind.subid)
    expect_refused(kind, (0, 100000, 10))


@pytest.mark.parametrize("mode, gid", ((0o640, ALICE.gid), (0o640, 5109), (0o664, 5102), (0o444, 0)),
                         ids=("readable_by_group", "readable_by_side_group", "writable_by_others_group", "read_only"))
def test_file_that_is_readable_enough(kind, mode, gid):
    """Only reading is asked for, through a group, too; a group that the caller is not in may write."""
    put(kind.subid, "alice:100000:65536\n", mode, gid=gid)
    expect_granted(kind, (0, 100000, 10))


def make_odd_file(path, sort):
    """Something at path that is no regular file."""
    remove(path)
    if sort == "directory":
        os.mkdir(path)
    elif sort == "fifo":
        os.mkfifo(path, 0o644)
    elif sort == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
    elif sort == "endless_device":
        os.mknod(path, stat.S_IFCHR | 0o644, os.makedev(1, 5))
    elif sort == "dangling_symlink":
        os.symlink("/etc/nothing", path)
    elif sort == "symlink_loop":
        os.symlink(path, path)


@pytest.mark.parametrize("sort", ("directory", "fifo", "socket", "endless_device", "dangling_symlink",
                                  "symlink_loop"))
def test_odd_file(kind, sort):
    """What is no regular file grants nothing, and nothing hangs."""
    make_odd_file(kind.subid, sort)
    expect_refused(kind, (0, 100000, 10), timeout=2)


def test_missing_file(kind):
    """Without the file there are no grants, and the first line says that it cannot be opened."""
    remove(kind.subid)
    first = expect_refused(kind, (0, 100000, 10)).first
    assert first == f"{kind.tool}: cannot open {kind.subid}: No such file or directory"


def test_missing_file_and_own_id(kind):
    """The own id needs no file."""
    remove(kind.subid)
    expect_granted(kind, (0, kind.own(ALICE), 1))


def test_empty_file(kind):
    """An empty file grants nothing."""
    result = expect_refused(kind, (0, 100000, 10))
    assert result.first == kind.not_allowed(0, 100000, 10)


def test_locked_file(kind):
    """A lock that somebody holds on the file, the caller even, does not matter."""
    grant(kind, "alice:100000:65536")
    with open(kind.subid) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        expect_granted(kind, (0, 100000, 10), pass_fds=[file.fileno()])
