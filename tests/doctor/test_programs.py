# SPDX-License-Identifier: BSD-3-Clause
"""Faults of the pair itself. Where one is found, the tool does fail, and does not after the remedy."""

import os
import shutil
import struct

import pytest

import world
from clinic import PATH, cure, examine, expect_problem, expect_warning, in_own_mounts, place, place_debians
from processes import ALICE, BOB, ROOT, drop_from_bounding_set, mount
from support import (CAP_SETGID, CAP_SETUID, GID, SCRATCH, SOURCE, UID, expect_granted, expect_refused, put,
                     remove)
from test_hidepid import hide_and_be_poor

RANGE = (0, 100000, 65536)
CAP_DAC_OVERRIDE, CAP_SYS_ADMIN = 1, 21
EPERM = "write to {} failed: Operation not permitted"
ANEW = "apt-get install --reinstall uidmap"

AUDIT_PROGRAM = f"{os.path.dirname(world.PROGRAM)}/uidmap-audit"


def fails(kind, first=None, **start):
    """The real thing."""
    result = expect_refused(kind, RANGE, path=f"/usr/bin/{kind.tool}", **start)
    assert first is None or result.first == f"{kind.tool}: {first}"


def works(kind, **start):
    expect_granted(kind, RANGE, path=f"/usr/bin/{kind.tool}", **start)


def test_missing(kind):
    """A tool that is nowhere."""
    remove(f"/usr/bin/{kind.tool}")
    expect_problem("helper-found", f"{kind.tool} is neither in a directory of PATH nor in /usr/bin")


def test_not_in_path():
    """PATH without the directory in which they are."""
    expect_problem("helper-found", "in no directory of PATH", path="/nonexistent:/etc")


def test_not_where_some_look(kind):
    """In PATH, but not in /usr/bin."""
    remove(f"/usr/bin/{kind.tool}")
    place(kind, f"{SCRATCH}/tools")
    expect_warning("helper-found", f'{kind.tool} is "{SCRATCH}/tools/{kind.tool}"; there is none in /usr/bin',
                   path=f"{SCRATCH}/tools:{PATH}")


def test_another_copy_first(kind):
    """A copy without marks stands before the real one in PATH."""
    copy = place(kind, f"{SCRATCH}/copy", capability=False)
    found = expect_problem("helper-privilege", f'the file "{copy}" has no setuid bit',
                           path=f"{SCRATCH}/copy:{PATH}")
    report = examine(path=f"{SCRATCH}/copy:{PATH}")
    assert any(copy in finding["sentence"] for finding in report.of("warning", "helper-found"))
    cure(found)
    assert examine(path=f"{SCRATCH}/copy:{PATH}").status == 0
    remove(copy)


def test_lost_mark(kind):
    """A copy or an image layer has lost the capability."""
    place(kind, capability=False)
    fails(kind, EPERM.format(kind.map_file))
    found = expect_problem("helper-privilege", "has no setuid bit, and no file capability that counts here")
    cure(found)
    assert examine().status == 0
    works(kind)


def test_podman_would_complain(kind):
    """Podman sees that, too."""
    place(kind, capability=False)
    assert [kind.tool in finding["sentence"] for finding in examine().of("warning", "podman")] == [True]


def test_podmans_false_alarm():
    """For a setuid newgidmap Podman looks for another bit, which is its own mistake."""
    for kind in (UID, GID):
        place(kind, setuid=True, capability=False)
    sentences = [finding["sentence"] for finding in examine().of("ok", "podman")]
    assert sentences[0] == "Podman and Buildah find the marks of newuidmap in order"
    assert "newgidmap" in sentences[1] and "can be ignored" in sentences[1]


def test_capability_that_is_not_effective(kind):
    """LXC does not take a tool that has to raise its capability, though it works."""
    path = place(kind, capability=False)
    os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000000, 1 << kind.capability, 0, 0, 0))
    works(kind)
    cure(expect_warning("lxc", f"LXC does not use {kind.tool}"))
    assert not examine().of("warning")


def test_capability_of_elsewhere(kind):
    """The root of some container gave it, and there it counts."""
    path = place(kind, capability=False)
    os.setxattr(path, "security.capability", struct.pack("<6I", 0x03000001, 1 << kind.capability, 0, 0, 0, 200000))
    fails(kind)
    expect_problem("helper-privilege", "no file capability that counts here")


def test_too_many_capabilities(kind):
    """More than it needs."""
    path = place(kind)
    both = 1 << CAP_SETUID | 1 << CAP_SETGID
    os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, both, 0, 0, 0))
    cure(expect_warning("helper-file", "more file capabilities"))
    assert not examine().of("warning")


def test_both_marks(kind):
    """An administrator's `chmod 4755` on a file with its capability."""
    place(kind, setuid=True)
    cure(expect_warning("helper-file", "the setuid bit and a file capability"))
    assert not examine().of("warning")
    works(kind)


def test_writable_by_all(kind):
    """Whoever can overwrite it decides what runs."""
    place(kind, mode=0o757)
    found, = expect_problem("helper-file", "can be overwritten by its users")
    assert found["remedy"] == ANEW  # its contents may be anybody's


def test_setuid_of_another(kind):
    """The bit of somebody who is not root."""
    path = place(kind, setuid=True, capability=False)
    os.chown(path, BOB.uid, BOB.gid)
    os.chmod(path, 0o4755)
    fails(kind, "cannot start safely")
    found, = expect_problem("helper-file", f"the setuid bit of uid {BOB.uid}", others={"helper-privilege"})
    assert found["remedy"] == ANEW


@pytest.mark.parametrize("owner", (ALICE, ROOT), ids=lambda user: user.name)
def test_file_that_a_user_could_replace(kind, owner):
    """No remedy gives it marks, whoever has it now: it is the user's directory."""
    directory = f"{SCRATCH}/users"
    copy = place(kind, directory, capability=False)
    os.chown(directory, ALICE.uid, ALICE.gid)
    os.chown(copy, owner.uid, owner.gid)
    remedies = [finding["remedy"] for finding in examine(path=f"{directory}:{PATH}").findings]
    assert not any("setcap" in remedy or "chmod" in remedy or "chown" in remedy for remedy in remedies)
    assert ANEW in remedies
    remove(copy)


def test_link_to_the_real_one(kind):
    """A remedy names what root means, not a link that its owner can turn elsewhere."""
    place(kind, capability=False)
    directory = f"{SCRATCH}/links"
    os.makedirs(directory, exist_ok=True)
    os.symlink(f"/usr/bin/{kind.tool}", f"{directory}/{kind.tool}")
    found = expect_problem("helper-privilege", "has no setuid bit", path=f"{directory}:{PATH}")
    assert all(directory not in finding["remedy"] for finding in found)
    remove(f"{directory}/{kind.tool}")


def test_not_executable(kind):
    """Nobody can start it, whatever marks it has."""
    place(kind, mode=0o4644, capability=False)
    expect_problem("helper-found", "may not be executed")


def test_unreadable(kind):
    """What cannot be read could be anything, also what fails here."""
    place_debians()
    os.chmod(f"/usr/bin/{kind.tool}", 0o4711)
    expect_warning("helper-privilege", "whether that is enough cannot be told")


def test_writable_by_a_group(kind):
    """Also for root, who is not in it."""
    path = place(kind)
    os.chown(path, 0, BOB.gid)
    os.chmod(path, 0o775)
    expect_problem("helper-file", "can be overwritten by its users", user=ROOT)


def test_setgid(kind):
    """A set-group-ID bit besides."""
    path = place(kind)
    os.chown(path, 0, BOB.gid)
    os.chmod(path, 0o2755)
    os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, 1 << kind.capability, 0, 0, 0))
    fails(kind, "cannot start safely")
    expect_problem("helper-file", "set-group-id bit", others={"helper-privilege"})


def cover_with_nosuid():
    """/usr/bin as it is, but mounted nosuid."""
    mount("/usr/bin", "/usr/bin", flags=0x1000)  # MS_BIND
    mount("none", "/usr/bin", flags=0x1000 | 0x20 | 0x2)  # MS_BIND | MS_REMOUNT | MS_NOSUID


@pytest.mark.parametrize("setuid", (False, True), ids=("fcaps", "setuid"))
def test_nosuid(setuid):
    """A mount on which no mark counts."""
    for kind in (UID, GID):
        place(kind, setuid=setuid, capability=not setuid)
        fails(kind, EPERM.format(kind.map_file), prepare=in_own_mounts(cover_with_nosuid))
    expect_problem("helper-privilege", "mounted nosuid", prepare=in_own_mounts(cover_with_nosuid))


# ---- Debian's pair in a container -----------------------------------------------------------------------------------

def without(*capabilities):
    return lambda: drop_from_bounding_set(capabilities)


def test_debians_pair_without_sys_admin():
    """The case that made this project: what Debian's says is foretold, with the cause and a remedy that works."""
    place_debians()
    prepare = without(CAP_SYS_ADMIN)
    for kind in (UID, GID):
        fails(kind, EPERM.format(kind.map_file), prepare=prepare)
    found = expect_problem("helper-privilege", "as Debian's is", "who has not made the target's user namespace",
                           "CAP_SYS_ADMIN", EPERM.format("uid_map"), EPERM.format("gid_map"), prepare=prepare)
    for kind, finding in zip((UID, GID), found):
        assert finding["remedy"].startswith("install uidmap-ng in its place, or as root here: ")
        cure([finding | {"remedy": finding["remedy"].partition("as root here: ")[2]}])
        works(kind, prepare=prepare)
    assert examine(prepare=prepare).status == 0


def test_our_pair_in_its_place():
    """The other remedy."""
    for kind in (UID, GID):
        place(kind, setuid=True, capability=False)
        works(kind, prepare=without(CAP_SYS_ADMIN))
    assert examine(prepare=without(CAP_SYS_ADMIN)).status == 0


def test_debians_pair_without_dac_override():
    """With a poorer bounding set it is another line."""
    place_debians()
    prepare = without(CAP_SYS_ADMIN, CAP_DAC_OVERRIDE)
    for kind in (UID, GID):
        fails(kind, f"open of {kind.map_file} failed: Permission denied", prepare=prepare)
    expect_problem("helper-privilege", "CAP_DAC_OVERRIDE", "open of uid_map failed: Permission denied", prepare=prepare)


def test_debians_pair_with_hidepid():
    """As root without CAP_SYS_PTRACE it does not find the target, which ours does."""
    place_debians()
    for kind in (UID, GID):
        fails(kind, prepare=hide_and_be_poor)
    expect_problem("hidepid", "does not find the target", prepare=hide_and_be_poor, others={"helper-privilege"})
    for kind in (UID, GID):
        place(kind)
        works(kind, prepare=hide_and_be_poor)
    assert examine(prepare=hide_and_be_poor).status == 0


# ---- uidmap-audit ----------------------------------------------------------------------------------------------------

def audit_on(setuid=True):
    put("/run/auditd.pid", "1\n")
    for each in (UID, GID):
        place(each, setuid=setuid, capability=not setuid)


@pytest.fixture
def audit_off():
    yield
    remove("/run/auditd.pid")
    remove(AUDIT_PROGRAM)


def test_audit_program_is_missing(audit_off):
    """The pair refuse every map then."""
    audit_on()
    expect_problem("audit-program", "uidmap-audit, is missing")


def test_audit_program_is_there(audit_off):
    audit_on()
    shutil.copyfile(f"{SOURCE}/src/uidmap-audit", AUDIT_PROGRAM)
    os.chmod(AUDIT_PROGRAM, 0o711)
    found, = examine().of("ok", "audit-program")
    assert found["sentence"] == "audit is on, and uidmap-audit can write to it"


def test_audit_is_not_for_file_capabilities(audit_off):
    audit_on(setuid=False)
    found, = examine().of("ok", "audit-program")
    assert "in the system log alone" in found["sentence"]


# ---- uidmap-lookup ---------------------------------------------------------------------------------------------------

def test_lookup_is_missing():
    """Where nobody needs it, that is a warning."""
    world.remove_lookup()
    expect_warning("lookup-program", "cannot be opened")


def test_lookup_is_unfit():
    """With another mode it is not used; the remedy makes it fit."""
    world.install_lookup(mode=0o755)
    expect_warning("lookup-program", "mode 2711")


def test_lookup_is_needed():
    """With a plugin it is a problem."""
    world.remove_lookup()
    world.nsswitch(subid="yes")
    expect_problem("lookup", "cannot be opened")
