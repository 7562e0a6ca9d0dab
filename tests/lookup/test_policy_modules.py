# SPDX-License-Identifier: BSD-3-Clause
"""The modules that Linux-PAM brings, and the policies of packaging/pam to the letter."""

import os
import time

import pytest

import world
from processes import ALICE, BOB, SIDE_GROUP
from support import UID, expect_granted, grant, put
from world import expect_admitted, expect_reason, no_policy, own, policy

EXAMPLES = os.path.join(world.HERE, "../../packaging/pam")
VALID, EXPIRED = "{}:*:19000:0:99999:7:::", "{}:*:19000:0:99999:7::10:"
DUE = "{}:*:0:0:99999:7:::"       # the password is to be changed at once
INACTIVE = "{}:*:10000:0:10:7:5::"  # the password is too old for too long
LIST, RULES, TIMES = (f"/etc/security/{name}" for name in ("subid-users", "subid-access.conf", "time.conf"))


@pytest.fixture(autouse=True)
def accounts(fresh):
    """Valid accounts for all."""
    shadow(alice=VALID, bob=VALID)


def shadow(**entries):
    put("/etc/shadow", "".join(entry.format(name) + "\n" for name, entry in entries.items()), mode=0o640,
        gid=os.stat("/usr/sbin/unix_chkpwd").st_gid)


def example(kind, name):
    with open(f"{EXAMPLES}/{name}.example") as file:
        policy(kind, file.read())


def denied(kind, user=ALICE, reason=""):
    expect_reason(kind, own(kind, user), "the PAM policy for", reason, first=no_policy(kind), user=user)


# ---- modules -------------------------------------------------------------------------------------------------------

def test_permit_and_deny(kind):
    """pam_permit(8) and pam_deny(8)."""
    policy(kind, "account required pam_permit.so")
    expect_admitted(kind)
    policy(kind, "account required pam_deny.so")
    denied(kind)


@pytest.mark.parametrize("entry, reason", ((VALID, None), (DUE, None), (EXPIRED, "User account has expired"),
                                           (INACTIVE, ""), ("{}:!:::::::", None)))
def test_unix(kind, entry, reason):
    """pam_unix(8): account expiry, read by its helper, and a password that is due. A locked password is no expiry."""
    policy(kind, "account required pam_unix.so")
    shadow(alice=entry, bob=VALID)
    expect_admitted(kind) if reason is None else denied(kind, reason=reason)
    expect_admitted(kind, user=BOB)


def test_unix_without_shadow_entry(kind):
    """Or without any /etc/shadow: refused."""
    policy(kind, "account required pam_unix.so")
    put("/etc/passwd", f"alice:x:{ALICE.uid}:{ALICE.gid}::/:/bin/sh\n")
    shadow(bob=VALID)
    denied(kind)
    os.unlink("/etc/shadow")
    denied(kind)


def test_nologin(kind):
    """pam_nologin(8), which has no opinion, and so does not admit by itself, while logins are allowed."""
    policy(kind, "account required pam_nologin.so")
    denied(kind)
    policy(kind, "account required pam_nologin.so", "account required pam_permit.so")
    expect_admitted(kind)
    put("/etc/nologin", "not now\n")
    denied(kind)


@pytest.mark.parametrize("sense, alice, bob", (("allow", True, False), ("deny", False, True)))
def test_listfile(kind, sense, alice, bob):
    """pam_listfile(8) in both senses."""
    policy(kind, f"account required pam_listfile.so item=user sense={sense} onerr=fail file={LIST}")
    put(LIST, "alice\n")
    for user, admitted in ((ALICE, alice), (BOB, bob)):
        expect_admitted(kind, user=user) if admitted else denied(kind, user)


# ---- packaging/pam -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ("access", "time", "listfile"))
def test_examples_refuse_expired_accounts(kind, name):
    """Each of them."""
    example(kind, name)
    put(RULES, "+ : ALL : ALL\n")
    put(TIMES, "")
    put(LIST, "alice\n")
    expect_admitted(kind)
    shadow(alice=EXPIRED)
    denied(kind, reason="User account has expired")


def test_access_example(kind):
    """By user and by group, as its comment has them; the last rule refuses the rest."""
    example(kind, "access")
    put("/etc/group", f"containers:x:{SIDE_GROUP}:bob\n")
    put(RULES, "+ : (containers) : ALL\n+ : alice : ALL\n- : ALL : ALL\n")
    expect_admitted(kind)
    expect_admitted(kind, user=BOB)
    put(RULES, "+ : (containers) : ALL\n- : ALL : ALL\n")
    denied(kind, reason="Permission denied")
    expect_admitted(kind, user=BOB)


@pytest.mark.parametrize("file", ({"mode": 0o600}, None), ids=("unreadable", "absent"))
def test_access_example_without_rules(kind, file):
    """A file that the module cannot read, or that is not there."""
    example(kind, "access")
    if file is not None:
        put(RULES, "+ : ALL : ALL\n", **file)
    denied(kind)


def test_time_example(kind):
    """A time that includes now, one that does not, and other programs' times."""
    example(kind, "time")
    today = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[time.localtime().tm_wday]
    put(TIMES, f"newuidmap|newgidmap ; * ; !root&!bob ; !{today}0000-2400\n")
    denied(kind, reason="Permission denied")
    expect_admitted(kind, user=BOB)
    put(TIMES, "newuidmap|newgidmap ; * ; !root&!bob ; Al0000-2400\n")
    expect_admitted(kind)
    put(TIMES, "login ; * ; !root ; !Al0000-2400\n")
    expect_admitted(kind)


def test_listfile_example(kind):
    """In the list, and not."""
    example(kind, "listfile")
    put(LIST, "alice\n")
    expect_admitted(kind)
    denied(kind, BOB)


@pytest.mark.parametrize("file", ({"mode": 0o600}, {"mode": 0o666}, None), ids=("unreadable", "writable", "absent"))
def test_listfile_example_without_list(kind, file):
    """A list that cannot be read, that anybody could have written, or that is not there, admits nobody."""
    example(kind, "listfile")
    if file is not None:
        put(LIST, "alice\n", **file)
    denied(kind)


def test_examples_work_with_grants():
    """Admission is not all: what is granted counts as ever."""
    example(UID, "listfile")
    put(LIST, "alice\n")
    grant(UID, "alice:100000:65536")
    expect_granted(UID, (0, ALICE.uid, 1), (1, 100000, 65536))
