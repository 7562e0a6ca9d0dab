# SPDX-License-Identifier: BSD-3-Clause
"""Refusals because of the files that say who the caller is, and what is granted to him."""

import os

import pytest

from processes import ALICE, STRANGER, Target
from reasons import EPERM, expect, produces
from support import grant, put, remove
from test_subid_file import acl_for

RANGE = (0, 100000, 10)


def refuse(kind, first, reason, hint=None, extent=RANGE, user=ALICE):
    with Target(user) as target:
        expect(kind, (target, extent), first, reason, hint, unchanged=[target], user=user)


def unsafe(kind, why=EPERM):
    return f"{kind.tool}: cannot open {kind.subid}: {why}"


@produces("kFileUnreadable")
def test_unreadable_file(kind):
    """A file that the caller may not read."""
    put(kind.subid, "alice:100000:65536\n", mode=0o600)
    refuse(kind, unsafe(kind, "Permission denied"), f"{kind.subid} cannot be read by the caller",
           f"the caller must be able to read it, as with chmod 644 {kind.subid}")


@produces("kFileForbidden")
def test_unreadable_file_that_all_may_read(kind):
    """An access control list takes from the caller what the mode lets everybody do, as a security module would."""
    put(kind.subid, "alice:100000:65536\n")
    os.setxattr(kind.subid, "system.posix_acl_access", acl_for(ALICE.uid, 0))
    refuse(kind, unsafe(kind, "Permission denied"),
           f"{kind.subid} cannot be read by the caller, although its mode lets everybody read it",
           f"an access control list (getfacl {kind.subid}) or a security module forbids it; see the kernel's log: dmesg, or "
           "ausearch -m avc")


@produces("kFileNotRegular")
def test_directory(kind):
    """A file that is none."""
    remove(kind.subid)
    os.mkdir(kind.subid)
    refuse(kind, unsafe(kind), f"{kind.subid} is not a regular file")


@produces("kFileOwnedByCaller")
def test_file_of_the_caller(kind):
    """A file that the caller has made."""
    put(kind.subid, "alice:100000:65536\n", uid=ALICE.uid)
    refuse(kind, unsafe(kind), f"{kind.subid} belongs to the caller, who could grant himself anything",
           f"give it to root: chown root:root {kind.subid}")


@produces("kFileWritableByAll")
def test_file_for_all_to_write(kind):
    """A file that anybody may have written."""
    put(kind.subid, "alice:100000:65536\n", mode=0o666)
    refuse(kind, unsafe(kind), f"{kind.subid} may be written by everyone", f"chmod o-w {kind.subid}")


@produces("kFileWritableByCaller")
def test_file_for_the_caller_to_write(kind):
    """A file that an access control list lets him write."""
    put(kind.subid, "alice:100000:65536\n")
    os.setxattr(kind.subid, "system.posix_acl_access", acl_for(ALICE.uid, 6))
    refuse(kind, unsafe(kind), f"{kind.subid} may be written by the caller, through a group or an access control list",
           f"chmod g-w {kind.subid}, setfacl -b {kind.subid}")


@produces("kSubidSourceUnsupported")
def test_malformed_services(kind):
    """A name that becomes no file name of a plugin."""
    put("/etc/nsswitch.conf", "passwd: files\nsubid: ../sss\n")
    refuse(kind, unsafe(kind, "Operation not supported"),
           'the subid: line of /etc/nsswitch.conf has "../sss", which is no name of a service, or more than 8 services',
           "put the names of services there, as in: subid: files sss")


@produces("kTooManyNames")
def test_too_many_names(kind):
    """More names for one uid than there is room for."""
    put("/etc/passwd", "".join(f"alice{i}:x:{ALICE.uid}:{ALICE.gid}::/:/bin/sh\n" for i in range(33)))
    refuse(kind, f"{kind.tool}: Cannot determine your user name.",
           f"/etc/passwd has too many names for uid {ALICE.uid}")


@produces("kTooManyRanges")
def test_too_many_ranges(kind):
    """More separate ranges inside what is asked for than there is room for."""
    grant(kind, *(f"alice:{100000 + 2 * i}:1" for i in range(2049)))
    refuse(kind, unsafe(kind, "Operation not supported"), "what is asked for touches more than 2048 separate ranges "
           f"that {kind.subid} grants to the caller", "join neighbouring ranges", extent=(0, 100000, 5000))


# ---- grants --------------------------------------------------------------------------------------------------------

@produces("kGrantFileMissing")
def test_missing_file(kind):
    """No file, so no grant."""
    remove(kind.subid)
    refuse(kind, unsafe(kind, "No such file or directory"),
           f"{kind.subid} does not exist, so nothing but the caller's own {kind.name} may be mapped",
           f"as root: touch {kind.subid}, then usermod --add-sub{kind.name}s FIRST-LAST NAME")


@produces("kRangeNotGranted")
@pytest.mark.parametrize("lines, held, missing", (
    ((), "nothing", 100000), (("bob:100000:10",), "nothing", 100000),
    (("alice:100000:7",), "100000 to 100006", 100007),
    (("alice:100000:4", "5001:100004:3"), "100000 to 100006", 100007),
    (("alice:5:1", "alice:200000:10"), "5 to 5, and 1 other range", 100000),
    (("alice:5:1", "alice:7:1", "alice:100009:1"), "100009 to 100009, and 2 other ranges", 100000)),
    ids=("none", "anothers", "shorter", "joined", "elsewhere", "nearest"))
def test_range_that_is_not_granted(kind, lines, held, missing):
    """What is granted instead is named: all of it, or what lies nearest to the first id that is missing."""
    grant(kind, *lines)
    refuse(kind, kind.not_allowed(*RANGE), f"{kind.subid} does not grant all of outside {kind.name}s 100000 to "
           f'100009 to uid {ALICE.uid}, named "alice": {missing} is the first one missing; what it grants is {held}',
           f"as root: usermod --add-sub{kind.name}s FIRST-LAST NAME, with a range that is free")


@produces("kRangeNotGrantedToUid")
def test_range_that_is_not_granted_to_a_uid(kind):
    """A caller without an account."""
    grant(kind, f"{STRANGER.uid}:100000:5")
    refuse(kind, kind.not_allowed(*RANGE), f"{kind.subid} does not grant all of outside {kind.name}s 100000 to "
                                           "100009 to "
           f"uid {STRANGER.uid}, for which no account was found in /etc/passwd and what nsswitch.conf names beside it: "
           "100005 is the first one missing; what it grants is 100000 to 100004",
           f"see getent passwd {STRANGER.uid}: a directory that cannot be reached looks like this, too; for a uid "
           f"without an account, as root: add a line {STRANGER.uid}:FIRST:COUNT to {kind.subid}", user=STRANGER)
