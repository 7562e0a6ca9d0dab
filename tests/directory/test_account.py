# SPDX-License-Identifier: BSD-3-Clause
"""Users who exist only in the directory, with ranges in files: who they are is SSSD's to say, as long as it answers."""

import os
import subprocess
from contextlib import ExitStack

import pytest
from directory import LOCAL_USER, NOBODY, OTHER, USER, nsswitch
from support import GID, UID, grant, put
from tools import (LOCAL, SERVER_AWAY, TOOLS, expect_map, expect_refusal, expect_silence, lookup_path, no_lookup,
                   no_name, not_granted, not_granted_without_account, started)

both_orders = pytest.mark.parametrize("passwd", ["files sss", "sss files"])


@pytest.fixture(autouse=True)
def granted(directory):
    """LOCAL is granted to those who are asked about; others have others' ranges."""
    for kind in (UID, GID):
        grant(kind, *(f"{user.name}:100000:65536" for user in (USER, OTHER, LOCAL_USER)), "ldapbarred:300000:10")


@both_orders
def test_ranges_by_name(tool, passwd):
    nsswitch(passwd)
    expect_map(tool, LOCAL[tool.kind])
    expect_map(tool, LOCAL[tool.kind], (65536, tool.kind.own(OTHER), 1), user=OTHER)
    expect_refusal(tool, not_granted(tool.kind, (0, 100000, 65537), USER, missing=165536), (0, 100000, 65537))
    expect_refusal(tool, not_granted(tool.kind, (0, 300000, 10), USER), (0, 300000, 10))


def test_primary_group_of_the_directory(tool):
    """It counts as one of /etc/group does: another group of the caller has no ranges, unless login.defs says so."""
    elsewhere = 70102
    uids = f"uid:{USER.uid} pw_uid:{USER.uid} st_uid:{USER.uid}"
    gids = f"gid:{elsewhere} pw_gid:{USER.gid} st_gid:{elsewhere}"
    words = [f"{tool.kind.tool}: Target process is owned by a different user: {uids}, {gids}",
             f"{tool.kind.tool}: reason: the uid is right, but the caller runs as gid {elsewhere}, and the primary "
             f"group of his account is {USER.gid}"]
    expect_refusal(tool, words, LOCAL[tool.kind], gid=elsewhere)
    put("/etc/login.defs", "GRANT_AUX_GROUP_SUBIDS yes\n")
    expect_map(tool, LOCAL[tool.kind], gid=elsewhere)


@both_orders
def test_unknown_uid(tool, passwd):
    """Nobody has it, so only lines with the uid count."""
    nsswitch(passwd)
    grant(tool.kind, "ldapuser:100000:65536", f"{NOBODY.uid}:400000:10")
    expect_map(tool, (0, 400000, 10), user=NOBODY)
    expect_refusal(tool, not_granted_without_account(tool.kind, LOCAL[tool.kind], NOBODY), LOCAL[tool.kind],
                   user=NOBODY)


def test_environment_does_not_count(directory, tool):
    """SSSD's client library asks nobody with _SSS_LOOPS=NO, and does without its cache with the other variable; libc
    leaves both to set-id programs."""
    hostile = {"_SSS_LOOPS": "NO", "SSS_NSS_USE_MEMCACHE": "NO"}
    unheard = subprocess.run(["getent", "passwd", str(OTHER.uid)], env={"PATH": "/usr/bin", "_SSS_LOOPS": "NO"})
    assert unheard.returncode == 2  # not found
    expect_map(tool, LOCAL[tool.kind], user=OTHER, env=hostile)
    directory.sssd.stop()
    expect_map(tool, LOCAL[tool.kind], env=hostile)


def test_local_user_starts_nothing(tool):
    """Behind files nobody is asked about a user of /etc/passwd: that the program cannot be used does not matter."""
    os.chmod(lookup_path(), 0)
    try:
        expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)
        unfit = (f"the program for that, {lookup_path()}, is not a file of root with mode 2711 and a group other "
                 "than root's and the caller's")
        expect_refusal(tool, no_lookup(tool.kind, unfit), LOCAL[tool.kind])
    finally:
        os.chmod(lookup_path(), 0o2711)


def test_service_without_library(tool):
    """libc passes over it without a word, so those whom it would know look like nobody."""
    nsswitch("files nonesuch")
    expect_refusal(tool, not_granted_without_account(tool.kind, LOCAL[tool.kind], USER), LOCAL[tool.kind])
    expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)


def test_subid_without_ranges(tool):
    """SSSD's ldap provider has none for anybody (before 2.12), as if it did not know him: files are next."""
    nsswitch(subid="sss files")
    expect_map(tool, LOCAL[tool.kind])


# ---- the directory is out of order ---------------------------------------------------------------------------------

@pytest.mark.parametrize(("never_ran", "why"), [(False, "Connection refused"), (True, "No such file or directory")])
def test_sssd_ended(directory, tool, never_ran, why):
    directory.sssd.stop()
    if never_ran:
        directory.sssd.forget()
    expect_refusal(tool, no_name(tool.kind, why), LOCAL[tool.kind], user=OTHER)
    expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)
    # The last service decides whether libc sees that another one failed.
    nsswitch("sss files")
    expect_refusal(tool, not_granted_without_account(tool.kind, LOCAL[tool.kind], OTHER), LOCAL[tool.kind], user=OTHER)
    expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)


def test_sssd_killed(directory, tool):
    """What it has answered before is in its memory cache, which clients read themselves."""
    directory.sssd.kill()
    expect_map(tool, LOCAL[tool.kind])
    expect_refusal(tool, no_name(tool.kind, "Connection refused"), LOCAL[tool.kind], user=OTHER)


def test_sssd_frozen_behind_files(directory):
    directory.sssd.freeze()
    for tool in TOOLS:
        expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)
        expect_map(tool, LOCAL[tool.kind])  # from the memory cache
    expect_silence(LOCAL, [OTHER])
    directory.sssd.thaw()
    for tool in TOOLS:
        expect_map(tool, LOCAL[tool.kind], user=OTHER)


def test_sssd_frozen_before_files(directory):
    """Local users depend on it as well."""
    nsswitch("sss files")
    directory.sssd.freeze()
    expect_silence(LOCAL, [OTHER, LOCAL_USER])


def test_server_frozen(directory):
    """SSSD waits 6 seconds for it, and then says that it does not know the user."""
    directory.slapd.freeze()
    directory.sssd.restart_cold()
    with ExitStack() as stack:
        for run in [stack.enter_context(started(tool, LOCAL[tool.kind], user=OTHER)) for tool in TOOLS]:
            kind = run.tool.kind
            run.is_refused(not_granted_without_account(kind, LOCAL[kind], OTHER), within=SERVER_AWAY)
    for tool in TOOLS:
        expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)


def test_server_gone(directory, tool):
    """SSSD says at once that it does not know the user; what it knew before, it still knows."""
    directory.slapd.kill()
    expect_map(tool, LOCAL[tool.kind])
    expect_refusal(tool, not_granted_without_account(tool.kind, LOCAL[tool.kind], OTHER), LOCAL[tool.kind], user=OTHER)
