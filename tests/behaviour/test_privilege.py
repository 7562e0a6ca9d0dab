# SPDX-License-Identifier: BSD-3-Clause
"""Where the privilege comes from, and what is said where it does not."""

import pytest

from processes import ALICE, drop_from_bounding_set, no_new_privs
from support import CAP_LAST, CAP_SETGID, CAP_SETUID, GID, UID, expect_granted, expect_refused, grant, install

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)


def drop_all_but(*kept):
    return lambda: drop_from_bounding_set(capability for capability in range(CAP_LAST + 1) if capability not in kept)


def bare(kind, **start):
    """A run that finds itself without privilege: refused as the kernel would."""
    result = expect_refused(kind, RANGE, **start)
    assert result.first == kind.failed_write("Operation not permitted")
    return result


def test_no_new_privs(kind):
    """Under no_new_privs nothing is gained by exec, and nothing written."""
    bare(kind, prepare=no_new_privs)


def test_no_new_privs_is_named(kind):
    """The diagnosis names it."""
    detail = bare(kind, prepare=no_new_privs).detail
    assert f"{kind.tool}: reason: " in detail
    assert "no_new_privs" in detail


def test_plain_copy(kind):
    """A copy without bit and capability can do nothing for anybody."""
    bare(kind, path=install(kind, "plain", setuid=False, capability=False))


def test_plain_copy_is_named(kind):
    """The diagnosis tells that the file has lost its marks, which is another text than for no_new_privs."""
    plain = install(kind, "plain", setuid=False, capability=False)
    detail = bare(kind, path=plain).detail
    assert f"{kind.tool}: reason: " in detail
    assert "setuid" in detail or "capabilit" in detail
    assert detail != bare(kind, prepare=no_new_privs).detail


def test_own_id_without_privilege(kind):
    """Without privilege the own id is refused like the rest, and setgroups is not denied on the way."""
    plain = install(kind, "plain", setuid=False, capability=False)
    for start in ({"prepare": no_new_privs}, {"path": plain}):
        expect_refused(kind, (0, kind.own(ALICE), 1), **start)


MARKS = pytest.mark.parametrize("setuid, capability", ((True, False), (False, True)), ids=("setuid", "fcaps"))


@MARKS
def test_nosuid_mount(kind, setuid, capability):
    """On a nosuid mount bit and capability are without effect."""
    bare(kind, path=install(kind, "nosuid", setuid, capability))


@MARKS
def test_nosuid_mount_is_named(kind, setuid, capability):
    """The diagnosis names the mount option."""
    assert "nosuid" in bare(kind, path=install(kind, "nosuid", setuid, capability)).detail


@pytest.mark.install("setuid")
def test_bounding_set_without_the_capability(kind):
    """A set-user-ID run gets what the bounding set holds: without the one it needs there is nothing to write with."""
    expect_refused(kind, RANGE, prepare=lambda: drop_from_bounding_set([kind.capability]))


@pytest.mark.install("setuid")
def test_bounding_set_is_named(kind):
    """The diagnosis names the set and the capability."""
    detail = expect_refused(kind, RANGE, prepare=lambda: drop_from_bounding_set([kind.capability])).detail
    assert f"{kind.tool}: reason: " in detail
    assert "bounding set" in detail
    assert f"CAP_SET{kind.name.upper()}" in detail.upper()


def test_poor_bounding_set(kind):
    """SETUID and SETGID are all it takes, as in a container with few capabilities; for setgroups, too."""
    poor = drop_all_but(CAP_SETUID, CAP_SETGID)
    expect_granted(kind, RANGE, (65536, kind.own(ALICE), 1), prepare=poor)
    expect_granted(kind, (0, kind.own(ALICE), 1), prepare=poor)


def test_only_the_needed_capability(kind):
    """The one capability is enough: becoming the caller takes none."""
    expect_granted(kind, RANGE, prepare=drop_all_but(kind.capability))


def test_both_marks_at_once(kind):
    """An administrator's `chmod 4755` on a file with its capability does no harm."""
    twofold = install(kind, "twofold", setuid=True, capability=True)
    expect_granted(kind, (65536, kind.own(ALICE), 1), RANGE, path=twofold)


@pytest.mark.parametrize("setuid, capability", ((True, False), (False, True), (True, True)),
                         ids=("setuid", "fcaps", "both"))
def test_outside_root_gid(setuid, capability):
    """The outside gid 0 needs no further capability."""
    grant(GID, "alice:0:10")
    expect_granted(GID, (0, 0, 10), path=install(GID, "marks", setuid, capability))


def test_outside_root_uid():
    """The outside uid 0 needs CAP_SETFCAP, which a set-user-ID run has."""
    grant(UID, "alice:0:10")
    expect_granted(UID, (0, 0, 10), path=install(UID, "marks", setuid=True, capability=False))


@pytest.mark.parametrize("setuid", (False, True), ids=("fcaps", "both"))
def test_outside_root_uid_without_setfcap(setuid):
    """A file capability is all that such a run has: refused."""
    grant(UID, "alice:0:10")
    expect_refused(UID, (0, 0, 10), path=install(UID, "marks", setuid, capability=True))


@pytest.mark.parametrize("setuid", (False, True), ids=("fcaps", "both"))
def test_missing_setfcap_is_named(setuid):
    """The diagnosis names what is missing."""
    grant(UID, "alice:0:10")
    detail = expect_refused(UID, (0, 0, 10), path=install(UID, "marks", setuid, capability=True)).detail
    assert "SETFCAP" in detail.upper()
