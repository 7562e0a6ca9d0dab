# SPDX-License-Identifier: BSD-3-Clause
"""Users whom only a name service knows: what counts for them, and that a service that fails counts for nothing."""

import errno
import os

import pytest

import world
from processes import ALICE, User
from support import GID, UID, expect_granted, expect_refused, grant, put
from world import NET_GID, NET_NAME, NET_UID, expect_admitted, expect_reason, no_lookup, no_name, order_nss, own

NETUSER = User(NET_NAME, NET_UID, NET_GID)
RANGE = (0, 100000, 10)
SUCCESS, NOTFOUND, UNAVAIL, TRYAGAIN = 1, 0, -1, -2


def grant_to(owner):
    for kind in (UID, GID):
        grant(kind, f"{owner}:100000:10")


def not_granted(kind, **start):
    assert expect_refused(kind, RANGE, user=NETUSER, **start).first == kind.not_allowed(*RANGE)


@pytest.mark.parametrize("owner", (NET_NAME, NET_UID))
def test_known_to_the_service_alone(kind, owner):
    """Grants by his name count, and those by his uid."""
    order_nss()
    grant_to(owner)
    expect_granted(kind, RANGE, user=NETUSER)
    assert world.record("nss-asked") == [str(NET_UID)]


def test_grants_of_others(kind):
    """Those of somebody else do not."""
    order_nss()
    grant_to("alice")
    not_granted(kind)


def test_primary_group_is_the_services(kind):
    """A caller who runs with another group than the service says is refused, unless login.defs admits any."""
    order_nss(gid=NET_GID + 1)
    grant_to(NET_NAME)
    result = expect_refused(kind, RANGE, user=NETUSER)
    assert "Target process is owned by a different user" in result.first
    assert f"pw_gid:{NET_GID + 1}" in result.first
    put("/etc/login.defs", "GRANT_AUX_GROUP_SUBIDS yes\n")
    expect_granted(kind, RANGE, user=NETUSER)


def test_not_found(kind):
    """A user whom nobody knows is a caller without a name: only lines with his uid count."""
    order_nss(status=NOTFOUND)
    grant_to(NET_NAME)
    not_granted(kind)
    expect_admitted(kind, user=NETUSER)
    grant_to(NET_UID)
    expect_granted(kind, RANGE, user=NETUSER)


UNSAID = -1  # the service leaves errno as it is
FAILURES = ((UNAVAIL, errno.ENOENT), (UNAVAIL, errno.ECONNREFUSED), (UNAVAIL, UNSAID), (TRYAGAIN, errno.EAGAIN),
            (TRYAGAIN, errno.ERANGE))


@pytest.mark.parametrize("passwd", ("files test", "test", "test [NOTFOUND=return] absent",
                                    "test [UNAVAIL=return TRYAGAIN=return] files"))
@pytest.mark.parametrize("status, error", FAILURES)
def test_failure(kind, status, error, passwd):
    """A service that is not there is no "not found": refused, even what the uid alone would get."""
    order_nss(status=status, error=error, passwd=passwd)
    grant_to(NET_UID)
    for extent in (RANGE, own(kind, NETUSER)):
        expect_reason(kind, extent, "name services that /etc/nsswitch.conf has for passwd failed", user=NETUSER,
                      first=no_name(kind))


@pytest.mark.parametrize("status, error", FAILURES)
def test_failure_that_libc_passes_over(kind, status, error):
    """With files last, libc reports what files say: "not found", and so does no harm but that of a missing name."""
    order_nss(status=status, error=error, passwd="test files")
    grant_to(NET_NAME)
    if error == errno.ERANGE:  # is what libc itself looks at
        expect_reason(kind, own(kind, NETUSER), "passwd failed", user=NETUSER, first=no_name(kind))
        return
    not_granted(kind)
    expect_admitted(kind, user=NETUSER)


def test_service_that_is_not_installed(kind):
    """Listed, and without a library: libc passes over it, and if it is the only one, fails."""
    grant_to(NET_NAME)
    world.nsswitch(passwd="files absent")
    not_granted(kind)
    expect_admitted(kind, user=NETUSER)
    world.nsswitch(passwd="absent")
    expect_reason(kind, own(kind, NETUSER), "passwd failed", user=NETUSER, first=no_name(kind))


@pytest.mark.parametrize("answer", ({"uid": NET_UID + 1}, {"uid": 0}, {"uid": ALICE.uid}, {"gid": -1}, {"name": ""},
                                    {"name": "a:b"}, {"name": "a\tb"}, {"name": "a\x7f"}, {"name": "\x1b[31m"},
                                    {"name": "+netuser"}, {"name": "-netuser"}, {"name": "+"}),
                         ids=str)
def test_answer_that_is_no_account(kind, answer):
    """Another uid than was asked for, or a name that would be read as something else: refused, whatever is granted."""
    order_nss(**answer)
    grant_to(NET_UID)
    for extent in (RANGE, own(kind, NETUSER)):
        result = expect_reason(kind, extent, "an answer that makes no sense", user=NETUSER, first=no_lookup(kind))
        assert "\x1b" not in result.stderr


@pytest.mark.parametrize("name", ("DOMAIN\\net user", "net.user@example.org", "nüt", "y" * 255))
def test_unusual_names(kind, name):
    """Names of Windows domains and others, up to 255 bytes."""
    order_nss(name=name)
    grant_to(name)
    expect_granted(kind, RANGE, user=NETUSER)


def test_name_of_digits(kind):
    """It is no way to the grants of that uid."""
    order_nss(name="4711")
    grant_to("4711")
    not_granted(kind)


@pytest.mark.parametrize("length", (256, 2000))
def test_name_too_long(kind, length):
    """A name is not cut, for then it were another one."""
    order_nss(name="y" * length)
    grant_to("y" * 255)
    expect_reason(kind, RANGE, "the name of the account is too long", user=NETUSER, first=no_name(kind))


def test_no_name_at_all(kind):
    """An entry without a name ends the process that looks at it, and nothing else."""
    order_nss(name="NULL")
    expect_reason(kind, RANGE, "a module ended the process that asked it", user=NETUSER, first=no_name(kind))


@pytest.mark.parametrize("act", ("abort", "exit", "segfault", "kill", "close"))
def test_sudden_end(kind, act):
    """However the process of the service ends: refused."""
    order_nss(act)
    grant_to(NET_UID)
    expect_reason(kind, RANGE, "a module ended the process that asked it", user=NETUSER, first=no_name(kind))


@pytest.mark.parametrize("question", (2, 3, 9))
def test_forged_answer(kind, question):
    """It sends an answer to what was not asked before the true one: refused."""
    order_nss("forge")
    world.order("forge", question)
    grant_to(NET_NAME)
    expect_reason(kind, RANGE, "an answer of its own", user=NETUSER, first=no_name(kind))


# ---- which source is asked -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("passwd", ("files", "files test", "files absent", "files test files"))
def test_files_settle_it(kind, passwd):
    """A user of /etc/passwd, with files first: nobody else is asked, and uidmap-lookup need not even be there."""
    order_nss(passwd=passwd)
    grant_to("alice")
    world.remove_lookup()
    expect_granted(kind, RANGE)
    assert world.record("nss-asked") == []


@pytest.mark.parametrize("passwd", ("test files", "test", "files [SUCCESS=continue] test", "db files", "[x] files"))
def test_others_decide(kind, passwd):
    """Anything else than files first is libc's to judge, which takes uidmap-lookup."""
    order_nss(passwd=passwd)
    grant_to("alice")
    world.remove_lookup()
    expect_reason(kind, RANGE, os.path.basename(world.PROGRAM), first=no_lookup(kind))


def test_service_first(kind):
    """The service knows alice by another name, too: that one is the account's, and both have grants."""
    order_nss(name="alice.example", uid=ALICE.uid, gid=ALICE.gid, passwd="test files")
    for owner in ("alice.example", "alice"):
        grant_to(owner)
        expect_granted(kind, RANGE)
    assert world.record("nss-asked") == [str(ALICE.uid)] * 2


def test_service_first_does_not_know(kind):
    """Then /etc/passwd does, as libc says."""
    order_nss(status=NOTFOUND, passwd="test files")
    grant_to("alice")
    expect_granted(kind, RANGE)


def test_compat(kind):
    """libc's way to read /etc/passwd with NIS in it: his line counts, and a line that asks NIS, which is not there,
    does not leave him without a name but refuses."""
    world.nsswitch(passwd="compat")
    grant_to("alice")
    expect_granted(kind, RANGE)
    with open("/etc/passwd") as file:
        lines = file.read()
    put("/etc/passwd", f"+nobody-of-nis::::::\n{lines}")
    expect_reason(kind, RANGE, "passwd failed", first=no_name(kind))


def test_no_passwd_file(kind):
    """Only files: the same as an empty one. With more in the list libc is asked, which has the last one's failure."""
    os.remove("/etc/passwd")
    grant_to(ALICE.uid)
    world.nsswitch(passwd="files")
    expect_granted(kind, RANGE)
    world.nsswitch(passwd="absent files")
    expect_reason(kind, RANGE, "passwd failed", first=no_name(kind))


def test_plugin_is_asked_by_the_services_name(kind):
    """The account that the service has is the one that the plugin hears of."""
    order_nss()
    with open("/etc/nsswitch.conf", "a") as file:
        file.write("subid: yes\n")
    expect_granted(kind, world.PLUGIN_RANGE, user=NETUSER)
    assert world.record("asked")[0].split()[0] == NET_NAME
