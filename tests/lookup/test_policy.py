# SPDX-License-Identifier: BSD-3-Clause
"""The PAM account policy: when it is asked, what it is asked, and that nothing but its success admits."""

import ctypes
import os

import pytest

import world
from processes import ROOT, STRANGER
from support import DOUBTFUL, GID, UID, expect_granted, expect_refused, grant
from world import PAM_MODULE, expect_admitted, expect_reason, no_lookup, no_policy, order_pam, own, policy

PAM = ctypes.CDLL("libpam.so.0")
PAM.pam_strerror.restype = ctypes.c_char_p
SUCCESS, PERM_DENIED, AUTH_ERR, NEW_AUTHTOK_REQD, CONV_ERR, IGNORE, LAST = 0, 6, 7, 12, 19, 25, 31
VENDOR = "/usr/lib/pam.d"


def words(code):
    return PAM.pam_strerror(None, code).decode()


def denied(kind, code=PERM_DENIED, extent=None, **start):
    """Refused by the policy, in PAM's words."""
    expect_reason(kind, extent or own(kind), "the PAM policy for", words(code), first=no_policy(kind), **start)


# ---- when it is asked ----------------------------------------------------------------------------------------------

def test_no_policy(kind):
    """Without a file of its name nobody is asked, not even the policy for other programs, and nothing is started."""
    world.remove_lookup()
    expect_admitted(kind)


def test_policy_of_the_other(kind):
    """newuidmap's says nothing about newgidmap, and the reverse."""
    order_pam(status=PERM_DENIED, kind=GID if kind is UID else UID)
    world.remove_lookup()
    expect_admitted(kind)
    assert world.record("pam-asked") == []


@pytest.mark.parametrize("directory", ("/etc/pam.d", VENDOR))
def test_policy_is_asked(kind, directory):
    """The administrator's, or the vendor's, about the account's name."""
    policy(kind, f"account required {PAM_MODULE}", directory=directory)
    world.order("pam", "none", SUCCESS)
    expect_admitted(kind)
    world.order("pam", "none", PERM_DENIED)
    denied(kind)
    assert world.record("pam-asked") == [f"{kind.tool} alice silent"] * 2


def test_administrator_before_vendor(kind):
    """The administrator's file replaces the vendor's."""
    policy(kind, "account required pam_deny.so", directory=VENDOR)
    denied(kind, AUTH_ERR)
    policy(kind, "account required pam_permit.so")
    expect_admitted(kind)


def test_policy_comes_before_grants(kind):
    """Who is not admitted hears nothing about grants; who is admitted has no more than them."""
    order_pam(status=PERM_DENIED)
    order_pam(status=PERM_DENIED, kind=GID)
    denied(kind, extent=(0, 300000, 1))
    order_pam(kind=kind)
    assert expect_refused(kind, (0, 300000, 1)).first == kind.not_allowed(0, 300000, 1)
    grant(kind, "alice:300000:1")
    expect_granted(kind, (0, 300000, 1))


def test_nothing_to_map(kind):
    """Nobody is asked about a map of nothing, which is what lxc-usernsexec asks for, or for help."""
    order_pam(status=PERM_DENIED, kind=kind)
    expect_granted(kind)
    assert world.record("pam-asked") == []


def test_uidmap_lookup_is_needed(kind):
    """A policy that cannot be asked is not passed over."""
    policy(kind, "account required pam_permit.so")
    world.remove_lookup()
    expect_reason(kind, own(kind), "cannot be opened: No such file", first=no_lookup(kind))


def test_caller_without_name(kind):
    """PAM knows names only."""
    order_pam(kind=kind)
    expect_reason(kind, own(kind, STRANGER), "has no name", user=STRANGER, first=no_policy(kind))
    assert world.record("pam-asked") == []


def test_user_of_a_name_service(kind):
    """The name that the service has is the one that the policy hears of."""
    world.order_nss(uid=STRANGER.uid, gid=STRANGER.gid)
    order_pam(kind=kind)
    expect_admitted(kind, user=STRANGER)
    assert world.record("pam-asked") == [f"{kind.tool} {world.NET_NAME} silent"]


# ---- what it says --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("code", (SUCCESS, NEW_AUTHTOK_REQD))
def test_admitted(kind, code):
    """Success, and a password that is due for a change."""
    order_pam(status=code, kind=kind)
    expect_admitted(kind)


@pytest.mark.parametrize("code", sorted(set(range(1, LAST + 1)) - {NEW_AUTHTOK_REQD, IGNORE}))
def test_refused(kind, code):
    """Any other code: refused with PAM's words for it."""
    order_pam(status=code, kind=kind)
    denied(kind, code)


@pytest.mark.parametrize("code", (IGNORE, LAST + 1, 255, 2**31 - 1, -1, -12, 256, 256 + NEW_AUTHTOK_REQD))
def test_refused_without_a_code(kind, code):
    """A module that has no opinion, and numbers that are no code."""
    order_pam(status=code, kind=kind)
    expect_reason(kind, own(kind), "the PAM policy for", first=no_policy(kind))


@pytest.mark.parametrize("lines", ((), ("auth required pam_permit.so",), ("account required pam_absent.so",),
                                   ("account required",), ("nonsense",), ("account [bad pam_permit.so",),
                                   ("account include absent",), ("session required pam_permit.so",),
                                   ("account requisite pam_deny.so", "account sufficient pam_permit.so"),
                                   ("account optional pam_deny.so",)))
def test_broken_policy(kind, lines):
    """Empty, for something else, with modules that are not there, or no policy at all: what PAM makes of it is no
    admission. (With the policy for other programs asked in its place, which pam.conf(5) has for an empty one.)"""
    policy(kind, *lines)
    expect_reason(kind, own(kind), "the PAM policy for", first=no_policy(kind))


@pytest.mark.parametrize("act", ("abort", "exit", "segfault", "kill", "close"))
def test_sudden_end(kind, act):
    """However the process of the module ends, with a yes on its lips: refused."""
    order_pam(act, SUCCESS, kind)
    expect_reason(kind, own(kind), "a module ended the process that asked it", first=no_policy(kind))


@pytest.mark.parametrize("act, question", (("garbage", 0), ("forge", 1), ("forge", 3), ("forge", 9)))
def test_another_answer(kind, act, question):
    """It writes something of its own to every descriptor."""
    order_pam(act, SUCCESS, kind)
    world.order("forge", question)
    expect_reason(kind, own(kind), "an answer of its own", first=no_policy(kind))


def test_prints(kind):
    """Nobody sees what it prints."""
    order_pam("print", SUCCESS, kind)
    expect_admitted(kind)


def test_nobody_is_asked_anything(kind):
    """A module that wants to prompt is told that the conversation fails; stdin is not read, and stdout is silent."""
    order_pam("converse", SUCCESS, kind)
    expect_admitted(kind)
    assert world.record("pam") == [f"conversation {CONV_ERR}"]


# ---- who may have written it ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("file", DOUBTFUL.values(), ids=DOUBTFUL)
@pytest.mark.parametrize("directory", ("/etc/pam.d", VENDOR))
def test_policy_that_the_caller_could_have_written(kind, file, directory):
    """It is refused by its name, though it admits."""
    policy(kind, "account required pam_permit.so", directory=directory, **file)
    expect_reason(kind, own(kind), f"{directory}/{kind.tool}")


def test_policy_that_the_caller_cannot_read(kind):
    """Whether there is one that refuses him cannot be known: refused."""
    policy(kind, "account required pam_permit.so", mode=0o600)
    expect_reason(kind, own(kind), "cannot be read by the caller")


def test_policy_in_a_closed_directory(kind):
    """The same."""
    os.chmod("/etc/pam.d", 0o700)
    expect_reason(kind, own(kind), "cannot be read by the caller")


def test_policy_that_is_a_directory(kind):
    """No regular file: refused."""
    os.mkdir(f"/etc/pam.d/{kind.tool}")
    expect_reason(kind, own(kind), "is not a regular file")


def test_link_to_nowhere(kind):
    """For PAM that is no policy, but it was meant to be one: refused."""
    path = f"/etc/pam.d/{kind.tool}"
    os.symlink("absent", path)
    expect_reason(kind, own(kind), path, first=f"{kind.tool}: cannot open {path}: No such file or directory")


def test_root(kind):
    """A policy has no exception for root but its own."""
    order_pam(status=PERM_DENIED, kind=kind)
    denied(kind, extent=own(kind, ROOT), user=ROOT)
    order_pam(kind=kind)
    expect_admitted(kind, user=ROOT)
    assert world.record("pam-asked") == [f"{kind.tool} root silent"] * 2
