# SPDX-License-Identifier: BSD-3-Clause
"""Refusals by the kernel, or because of what it would judge. Where setgroups would have to be denied, which stays, the
tool looks first."""

import errno
import os

import pytest

import filters
from namespaces import Guest, Nested, container, enter
from processes import ALICE, BOB, CLONE_NEWNS, LIBC, ROOT, Target, check, mount
from reasons import EPERM, expect, produces
from support import GID, assert_granted, grant, run_tool

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 10)
TEXT = len("0 100000 10\n")  # as it is written


@pytest.fixture(params=("granted", "own"))
def extent(request, kind):
    """A granted range, and one's own id, which makes newgidmap deny setgroups."""
    return RANGE if request.param == "granted" else (0, kind.own(ALICE), 1)


def refuse(kind, extent, target, reason, hint, why=EPERM, **rest):
    expect(kind, (target, extent), kind.failed_write(why), reason, hint, unchanged=[target], **rest)


@produces("kTargetInOwnNamespace")
def test_own_namespace(kind, extent):
    """A target that has made none."""
    with Target(namespace=False) as target:
        refuse(kind, extent, target, f"the target process is still in the user namespace of {kind.tool} itself, "
               "which has its map",
               "the target must make a user namespace first: unshare(1) with --user, or unshare(2) with CLONE_NEWUSER")
        assert target.setgroups == "allow"


@produces("kMapAlreadyWritten")
def test_second_map(kind, extent):
    """A map is written once; its first line is named."""
    with Target() as target:
        assert_granted(run_tool(kind, target, RANGE, (10, 100020, 5)), target, kind, RANGE, (10, 100020, 5))
        target.before = target.state()
        refuse(kind, extent, target, f"the target's {kind.map_file} is written already, and begins with "
               '"0 100000 10"; that can be done once only', "make a new user namespace for a new map")
        assert target.setgroups == "allow"


def not_child(kind, extent, target, **start):
    refuse(kind, extent, target, f"the target's user namespace was not made in the one that {kind.tool} runs in, "
                                 "but deeper "
           "or elsewhere", f"start {kind.tool} in the user namespace in which the target's was made", **start)
    assert target.setgroups == "allow"


@produces("kNamespaceNotChild")
def test_grandchild(kind, extent):
    """A namespace in a container of alice's, and the tool outside."""
    with container(maker=ALICE) as outer, Nested(outer) as target:
        not_child(kind, extent, target)


def out_of_reach(kind, extent, target, **start):
    refuse(kind, extent, target, "the target's user namespace is out of the caller's reach: it was not made by uid "
           f"{ALICE.uid}, or not in the one that {kind.tool} runs in",
           f"who made a user namespace must start {kind.tool}, where he made it", **start)
    assert target.setgroups == "allow"


@produces("kNamespaceOfOther")
@pytest.mark.parametrize("maker", (ROOT, BOB), ids=lambda maker: maker.name)
def test_namespace_of_another(kind, extent, maker):
    """A process of alice's in a namespace that somebody else has made."""
    with Target(maker) as host, Guest(host) as target:
        out_of_reach(kind, extent, target)


@pytest.mark.ours
def test_grandchild_in_the_container_of_another(kind, extent):
    """The namespace is alice's, but not the one that it was made in, and the tool is outside both."""
    with container() as outer, Nested(outer) as target:
        out_of_reach(kind, extent, target)


@pytest.mark.ours
def test_namespace_of_elsewhere(kind, extent):
    """The tool in a container, and a namespace that was made outside."""
    with container() as other, Target() as target:
        out_of_reach(kind, extent, target, prepare=lambda: enter(other))


def switch_on(module):
    """Has /sys or /proc say so, for the tool alone, and the write refused, as the module would."""
    directory, name = module
    def prepare():
        check(LIBC.unshare(CLONE_NEWNS))
        mount("tmpfs", directory, "tmpfs")
        os.makedirs(os.path.dirname(f"{directory}/{name}"), exist_ok=True)
        with open(f"{directory}/{name}", "w") as file:
            file.write("1\n")
        filters.answer("write", errno.EPERM, 2, TEXT)
    return prepare


MODULES = {"SELinux, which is enforcing": ("/sys/fs", "selinux/enforce"),
           "AppArmor, by kernel.apparmor_restrict_unprivileged_userns":
               ("/proc/sys/kernel", "apparmor_restrict_unprivileged_userns")}


@produces("kSecurityModule")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.split(",")[0])
def test_security_module(kind, module):
    """A module that is switched on is suspected where nothing else is wrong. tests/enforced has SELinux itself refuse."""
    with Target() as target:
        refuse(kind, RANGE, target, f"the kernel refused the map although all that can be seen is right; {module}, "
                                    "may have "
               "done so", "see the kernel's log: dmesg, or ausearch -m avc", prepare=switch_on(MODULES[module]))


# ---- filters that stand in the way ---------------------------------------------------------------------------------

def refuse_to_open():
    """What is left of opening the map for writing where openat2 is refused."""
    how = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    filters.answer("openat2", errno.ENOSYS)
    filters.answer("openat", errno.EACCES, 2, how)


@produces("kMapOpenFailed")
def test_map_that_cannot_be_opened(kind):
    """A filter denies to open for writing."""
    with Target() as target:
        expect(kind, (target, RANGE), f"{kind.tool}: open of {kind.map_file} failed: Permission denied",
               f"the kernel did not open the target's {kind.map_file} for the caller",
               "the target may have ended, or may not be dumpable (prctl PR_SET_DUMPABLE)", unchanged=[target],
               prepare=refuse_to_open)


UNEXPLAINED = ("the kernel refused the map although all that can be seen is right",
               "a security module or a container's seccomp filter may have done so; see the kernel's log")


@produces("kMapWriteFailed")
@pytest.mark.parametrize("error", (errno.EPERM, errno.EIO), ids=errno.errorcode.get)
def test_map_that_cannot_be_written(kind, error):
    """A filter denies the write."""
    with Target() as target:
        refuse(kind, RANGE, target, *UNEXPLAINED, why=os.strerror(error),
               prepare=lambda: filters.answer("write", error, 2, TEXT))


@pytest.mark.ours
def test_denied_setgroups_is_told():
    """What only the write itself shows comes after setgroups was denied, which cannot be undone."""
    text = len(f"0 {ALICE.gid} 1\n")
    with Target() as target:
        expect(GID, (target, (0, ALICE.gid, 1)), GID.failed_write(EPERM), *UNEXPLAINED,
               "setgroups of the target is now deny, and that cannot be undone",
               prepare=lambda: filters.answer("write", errno.EPERM, 2, text))
        assert (target.map(GID), target.setgroups) == ([], "deny")


@produces("kMapWriteShort")
def test_write_without_effect(kind):
    """A filter says that 0 bytes were written."""
    with Target() as target:
        refuse(kind, RANGE, target, f"the kernel took 0 of {TEXT} bytes",
               "a seccomp filter answers in place of the kernel", why="Input/output error",
               prepare=lambda: filters.answer("write", 0, 2, TEXT))


@produces("kSetgroupsUnavailable")
def test_setgroups_that_is_mounted_over():
    """What is mounted over the file is not written to."""
    with Target() as target:
        def cover():
            check(LIBC.unshare(CLONE_NEWNS))
            mount("/etc/passwd", f"/proc/{target}/setgroups", flags=0x1000)  # MS_BIND

        expect(GID, (target, (0, ALICE.gid, 1)), "newgidmap: couldn't open process setgroups: Invalid cross-device "
                                                 "link",
               "setgroups(2) must be denied in the target before a map without a granted gid is written",
               "the target may have ended, or something is mounted over its setgroups in /proc", unchanged=[target],
               prepare=cover)


@produces("kSetgroupsDenyFailed")
def test_setgroups_that_cannot_be_written():
    """A filter denies the write."""
    with Target() as target:
        expect(GID, (target, (0, ALICE.gid, 1)), "newgidmap: failed to setgroups deny policy: Operation not permitted",
               "setgroups(2) must be denied in the target before a map without a granted gid is written",
               "somebody else may have written the gid map just now; a seccomp filter may refuse "
               "it", unchanged=[target],
               prepare=lambda: filters.answer("write", errno.EPERM, 2, len("deny\n")))


# ---- maps of the namespace above -----------------------------------------------------------------------------------

ROOT_AND_ALICE = ((0, 0, 1), (ALICE.uid, ALICE.uid, 1), (ALICE.gid, ALICE.gid, 1), (5109, 5109, 1))


def refuse_inside(kind, parent_map, extents, reason, hint, why):
    with container(ROOT_AND_ALICE + parent_map) as outer, Nested(outer) as target:
        expect(kind, (target, *extents), kind.failed_write(why), reason.format(name=kind.name, map_file=kind.map_file),
               hint.format(map_file=kind.map_file), unchanged=[target], prepare=lambda: enter(outer))


@produces("kOutsideNotInParent")
def test_ids_that_the_container_lacks(kind):
    """Granted ids that do not exist where the tool runs."""
    refuse_inside(kind, ((100000, 100000, 5),), (RANGE,), "outside {name}s 100005 to 100009 are granted, but do not "
                  "exist in this user namespace", "/proc/self/{map_file} shows which do; what is granted here must lie "
                  "inside them", EPERM)


@produces("kTooManyPieces")
def test_too_many_pieces(kind):
    """A map that has to be cut into more extents than the kernel takes."""
    grant(kind, "alice:100:1000")
    lines = tuple((100 + 2 * i, 100 + 2 * i, 2) for i in range(336))
    refuse_inside(kind, lines, tuple((2 * i, 101 + 2 * i, 2) for i in range(200)),  # each of them becomes two
                  "with extents cut where the lines of /proc/self/{map_file} end, the map would be more than the "
                  "340 that the kernel takes", "ask for ranges that lie inside single lines of it", "Invalid argument")
