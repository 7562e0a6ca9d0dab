# SPDX-License-Identifier: BSD-3-Clause
"""Faults of the process, of user namespaces and of ids: made for the program alone."""

import errno
import os

import pytest

import filters
from clinic import examine, expect_problem, expect_warning, in_own_mounts, place, switch
from namespaces import container, enter
from processes import ALICE, become, drop_from_bounding_set, mount, no_new_privs, prctl, start_traced
from support import GID, SCRATCH, UID, expect_granted, grant

PR_SET_SECUREBITS, SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP = 28, 1 << 0, 1 << 2
CLONE_NEWUTS = 0x4000000
LIMIT = "/proc/sys/user/max_user_namespaces"


def test_no_new_privs():
    """A flag of the process."""
    expect_problem("no-new-privs", "no_new_privs is set", prepare=no_new_privs, others={"helper-privilege"})


@pytest.mark.parametrize("setuid", (False, True), ids=("fcaps", "setuid"))
def test_bounding_set(kind, setuid):
    """A capability is missing from the set; with a file capability the tool cannot even be executed."""
    place(kind, setuid=setuid, capability=not setuid)
    prepare = lambda: drop_from_bounding_set([kind.capability])  # noqa: E731
    name = f"CAP_SET{kind.name.upper()}"
    expect_problem("bounding-set", f"lacks {name},", prepare=prepare, others={"helper-privilege"})
    words = f"{name} is missing" if setuid else "cannot be executed here"
    expect_problem("helper-privilege", words, prepare=prepare, others={"bounding-set"})


def test_root_without_power():
    """SECBIT_NOROOT takes the power from setuid root, and leaves it to file capabilities."""
    prepare = lambda: prctl(PR_SET_SECUREBITS, SECBIT_NOROOT)  # noqa: E731
    expect_warning("securebits", "SECBIT_NOROOT", prepare=prepare)
    for kind in (UID, GID):
        place(kind, setuid=True, capability=False)
    expect_problem("helper-privilege", "the setuid bit of the file", prepare=prepare)


def test_traced(monkeypatch):
    """strace, started by the user."""
    monkeypatch.setattr("clinic.become", lambda user, gid=None: None)  # done before, by start_traced
    expect_problem("tracer", "is being traced", prepare=start_traced, others={"helper-privilege"})


# ---- user namespaces -------------------------------------------------------------------------------------------------

def limited(process, limit):
    """As `prepare`: goes into a container that has this limit."""
    def prepare():
        enter(process)
        with open(LIMIT, "w") as file:
            file.write(str(limit))
    return prepare


def test_no_namespaces_allowed():
    """user.max_user_namespaces is 0."""
    with container() as outer:
        expect_problem("user-namespace-limit", "is 0", prepare=limited(outer, 0), others={"user-namespace-trial"})


def test_limit_for_one():
    """A container can be made, but none in it."""
    with container() as outer:
        expect_warning("nesting", "No space left on device", prepare=limited(outer, 1))


def test_seccomp():
    """A filter refuses unshare(2)."""
    expect_problem("user-namespace-trial", "Operation not permitted", "seccomp filter is in force",
                   prepare=lambda: filters.answer("unshare", errno.EPERM))


def test_powerless_root():
    """A user namespace can be made, but nothing be done in it, as with AppArmor on Ubuntu."""
    expect_problem("user-namespace-trial", "no power in it",
                   prepare=lambda: filters.answer("unshare", errno.EPERM, 0, CLONE_NEWUTS))


def test_chroot():
    """In a chroot no user namespace can be made."""
    def prepare():
        os.makedirs(f"{SCRATCH}/root", exist_ok=True)
        mount("/", f"{SCRATCH}/root", flags=0x1000 | 0x4000)  # MS_BIND | MS_REC
        os.chroot(f"{SCRATCH}/root")
        os.chdir("/")

    expect_problem("user-namespace-trial", "so does a chroot", prepare=in_own_mounts(prepare))


def test_debians_switch():
    """kernel.unprivileged_userns_clone, which Debian's kernel has."""
    expect_problem("user-namespace-switch", "kernel.unprivileged_userns_clone is 0",
                   prepare=switch("/proc/sys/kernel", "unprivileged_userns_clone", 0))


def test_ubuntus_switch():
    """kernel.apparmor_restrict_unprivileged_userns, which Ubuntu's kernel has."""
    expect_warning("apparmor-switch", "kernel.apparmor_restrict_unprivileged_userns is on",
                   prepare=switch("/proc/sys/kernel", "apparmor_restrict_unprivileged_userns", 1))


def test_covered_proc():
    """Something is mounted over a part of /proc, as container engines do it: no new one can be mounted."""
    expect_warning("new-proc", "Operation not permitted",
                   prepare=in_own_mounts(lambda: mount("tmpfs", "/proc/tty", "tmpfs", options="ro")))


# ---- ids in a container ----------------------------------------------------------------------------------------------

ALICES = ((ALICE.uid, ALICE.uid, 1), (ALICE.gid, ALICE.gid, 1), (5109, 5109, 1), (0, 0, 1))


def in_container(outer):
    return lambda: enter(outer)


def test_container_with_all_ids():
    """Nested, it is said so, and nothing is wrong."""
    with container(ALICES + ((100000, 100000, 65536),)) as outer:
        report = examine(prepare=in_container(outer))
        assert (report.status, report.of("problem")) == (0, [])
        assert "inside another" in report.of("ok", "own-uids")[0]["sentence"]
        assert "100000 to 165535" in report.of("ok", "own-gids")[0]["sentence"]


def test_container_with_some_ids():
    """The grant goes beyond what the container has, which engines ask for all the same."""
    with container(ALICES + ((100000, 100000, 1000),)) as outer:
        expect_problem("grants-uid", "grants 65536 uids, of which only 1000 exist in this user namespace",
                       others={"grants-gid"}, prepare=in_container(outer))


def test_container_with_none_of_the_ids():
    """The grant is for ids that exist outside alone."""
    with container(ALICES) as outer:
        expect_problem("grants-gid", "none of which exists in this user namespace", others={"grants-uid"},
                       prepare=in_container(outer))


def test_container_without_the_own_id(monkeypatch):
    """alice has no number there: she can make no user namespace."""
    def prepare():
        prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)  # entering takes privilege
        become(ALICE)
        enter(outer)

    with container(((0, 0, 1), (100000, 100000, 65536))) as outer:
        monkeypatch.setattr("clinic.become", lambda user, gid=None: None)  # done before
        report = examine(prepare=prepare)
        assert {"own-uids", "own-gids", "user-namespace-trial"} <= report.names("problem")


def test_file_owner_without_number(kind):
    """The owner of a setuid file has no number in the container."""
    for each in (UID, GID):
        place(each, setuid=True, capability=False)
        grant(each, "alice:100000:65536")
    with container(ALICES[:3] + ((100000, 100000, 65536),), ALICES + ((100000, 100000, 65536),)) as outer:
        found = expect_problem("helper-privilege", "its owner is not root in this user namespace",
                               others={"helper-file"}, prepare=in_container(outer))
        assert any(kind.tool in finding["sentence"] for finding in found)
    expect_granted(kind, (0, 100000, 65536), path=f"/usr/bin/{kind.tool}")
