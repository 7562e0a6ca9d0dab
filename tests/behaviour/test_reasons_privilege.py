# SPDX-License-Identifier: BSD-3-Clause
"""Refusals because exec gave the tool no privilege."""

import os
import struct

import pytest

from namespaces import Nested, container, enter
from processes import ALICE, Target, drop_from_bounding_set, no_new_privs, prctl, start_traced
from reasons import EPERM, expect, produces
from support import INSTALL_MODE, SCRATCH, TOOL, UID, assert_granted, grant, install, run_tool

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 10)
PR_SET_SECUREBITS, SECBIT_NOROOT = 28, 1 << 0
NO_EXEC = "the kernel refuses to execute a file whose capability the bounding set lacks, before the tool is there"


def extents(kind):
    """A range, and one's own id, for which newgidmap would deny setgroups."""
    return RANGE, (0, kind.own(ALICE), 1)


def refuse(kind, reason, hint, target=None, **start):
    for extent in extents(kind):
        with target or Target() as process:
            expect(kind, (process, extent), kind.failed_write(EPERM), reason, hint, unchanged=[process], **start)


def capability(kind):
    return f"CAP_SET{kind.name.upper()}"


def in_this_mode(kind, directory):
    mode = INSTALL_MODE[TOOL]
    return install(kind, directory, setuid=mode != "fcaps", capability=mode != "setuid")


@produces("kNoNewPrivs")
def test_no_new_privs(kind):
    """A flag of the caller's."""
    refuse(kind, f"no_new_privs is set, so the kernel gave this program no {capability(kind)}",
           "start it without no_new_privs (container engines: allowPrivilegeEscalation; systemd: NoNewPrivileges=)",
           prepare=no_new_privs)


@produces("kCapabilityNotInBoundingSet", absent={"fcaps": NO_EXEC, "both": NO_EXEC})
def test_poor_bounding_set(kind):
    """A container that was started without the capability."""
    name = capability(kind)
    refuse(kind, f"{name} is missing from the capability bounding set, so the kernel gave this program none",
           f"start the container or service with {name} (podman run --cap-add)",
           prepare=lambda: drop_from_bounding_set([kind.capability]))


@pytest.mark.ours
@pytest.mark.install("fcaps", "both")
def test_poor_bounding_set_without_the_tool(kind):
    """That is what its absence from two ways of installing means."""
    with Target() as target, pytest.raises(PermissionError):
        expect(kind, (target, extents(kind)[0]), "", prepare=lambda: drop_from_bounding_set([kind.capability]))


@produces("kTracedAtExec")
def test_traced(kind, monkeypatch):
    """strace, started by the caller."""
    monkeypatch.setattr("support.become", lambda user, gid=None: None)  # done before, by start_traced
    refuse(kind, f"{kind.tool} is being traced, and a program that is traced by one without privilege gets no "
           f"{capability(kind)} from the kernel",
           "start it without strace or debugger, or trace it as root: strace -u USER", prepare=start_traced)


@produces("kNosuidMount")
def test_nosuid(kind):
    """A file system on which no mark counts; the path is named."""
    refuse(kind, f'the file "{SCRATCH}/nosuid/{kind.tool}" is on a file system that is mounted nosuid, so the '
           f"kernel gave it no {capability(kind)}",
           f"findmnt -T FILE shows the mount; install {kind.tool} elsewhere, or mount it with suid",
           path=in_this_mode(kind, "nosuid"))


def without_effect(kind, why, path, **start):
    refuse(kind, f'the setuid bit of the file "{path}" brought no {capability(kind)}: {why}',
           f"in a container, install {kind.tool} there, as the container's root", path=path, **start)


NO_BIT = "there is no setuid bit; a capability without effect is what kNoPrivilege says"
COUNTS = "the file capability, which the machine's root has given, counts in every user namespace"
ELSEWHERE = ((0, 200000, 1000), (100000, 100000, 65536))  # the machine's root is nobody there
UIDS = ELSEWHERE + ((ALICE.uid, ALICE.uid, 1),)
GIDS = ELSEWHERE + tuple((gid, gid, 1) for gid in ALICE.groups)


@produces("kMarkWithoutEffect", absent={"fcaps": NO_BIT, "both": COUNTS})
def test_root_of_elsewhere(kind):
    """A container that does not know the owner of the file."""
    with container(UIDS, GIDS) as outer:
        without_effect(kind, "its owner is not root in this user namespace", in_this_mode(kind, "elsewhere"),
                       target=Nested(outer), prepare=lambda: enter(outer))


@pytest.mark.ours
@pytest.mark.install("fcaps", "both")
def test_capability_counts_elsewhere(kind):
    """That is what its absence from these ways of installing means."""
    with container(UIDS, GIDS) as outer, Nested(outer) as target:
        assert_granted(run_tool(kind, target, RANGE, prepare=lambda: enter(outer)), target, kind, RANGE)


@pytest.mark.ours
@pytest.mark.install("setuid")
def test_root_without_power(kind):
    """Under SECBIT_NOROOT a bit of root's brings nothing."""
    without_effect(kind, "its group is unknown in this user namespace, SECBIT_NOROOT is set, or the file has a "
                         "capability "
                   "as well", in_this_mode(kind, "noroot"), prepare=lambda: prctl(PR_SET_SECUREBITS, SECBIT_NOROOT))


def unmarked(kind, path, **start):
    refuse(kind, f'the file "{path}" has no setuid bit, and no file capability that counts here, so it was started '
           f"without {capability(kind)}", "copies and image layers lose them; as root: setcap "
           f"cap_set{kind.name}=ep FILE, or chown root:root FILE and chmod 4755 FILE", path=path, **start)


@produces("kNoPrivilege")
def test_plain_copy(kind):
    """A copy that lost its marks; the path is named."""
    unmarked(kind, install(kind, "plain", setuid=False, capability=False))


@pytest.mark.ours
def test_capability_of_elsewhere(kind):
    """A capability that the root of some container gave, which counts there and nowhere else (capabilities(7))."""
    path = install(kind, "foreign", setuid=False, capability=False)
    os.setxattr(path, "security.capability", struct.pack("<6I", 0x03000001, 1 << kind.capability, 0, 0, 0, 200000))
    unmarked(kind, path)


@produces("kOutsideZeroWithoutSetfcap", absent={"setuid": "a set-user-ID run has CAP_SETFCAP, like everything else"})
def test_outside_root_without_setfcap():
    """The file capability is all there is. Groups need no more."""
    grant(UID, "alice:0:10")
    with Target() as target:
        expect(UID, (target, (0, 0, 10)), UID.failed_write(EPERM), "outside uid 0 is asked for; mapping it needs "
               "CAP_SETFCAP, which this program was started without",
               "map without outside uid 0, or install newuidmap setuid root", unchanged=[target])
