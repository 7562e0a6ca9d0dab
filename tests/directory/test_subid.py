# SPDX-License-Identifier: BSD-3-Clause
"""Ranges that are in the directory itself: SSSD's plugin for the subid: line, in every order with files."""

import pytest
from directory import LOCAL_USER, OTHER, USER, nsswitch
from support import GID, UID, grant
from tools import (LOCAL, REMOTE, SERVER_AWAY, TOOLS, expect_map, expect_refusal, expect_silence, no_subid, not_granted,
                   not_granted_by_directory)

orders = pytest.mark.parametrize("subid", ["sss", "files sss", "sss files"])


@pytest.fixture(autouse=True)
def granted(ipa):
    """Ranges in files for those who have none in the directory."""
    for kind in (UID, GID):
        grant(kind, "ldapother:100000:65536", "local:100000:65536")


@orders
def test_ranges_of_the_directory(tool, subid):
    nsswitch(subid=subid)
    inside, first, count = REMOTE[tool.kind]
    expect_map(tool, REMOTE[tool.kind])
    expect_map(tool, (0, tool.kind.own(USER), 1), (1, first + 1, 10), (11, first + count - 1, 1))
    for beyond in ((0, first, count + 1), (0, first - 1, 2), (0, first + count, 1), LOCAL[tool.kind]):
        expect_refusal(tool, not_granted_by_directory(tool.kind, beyond, USER), beyond)


def test_first_that_knows_decides(tool):
    """Ranges in both places do not add up."""
    grant(tool.kind, "ldapuser:100000:65536")
    nsswitch(subid="files sss")
    expect_map(tool, LOCAL[tool.kind])
    expect_refusal(tool, not_granted(tool.kind, REMOTE[tool.kind], USER), REMOTE[tool.kind])
    nsswitch(subid="sss files")
    expect_map(tool, REMOTE[tool.kind])
    expect_refusal(tool, not_granted_by_directory(tool.kind, LOCAL[tool.kind], USER), LOCAL[tool.kind])


def test_without_ranges_in_the_directory(tool):
    """The plugin calls users unknown whom SSSD knows without ranges: files are next, if they are asked at all."""
    for subid in ("sss files", "files sss"):
        nsswitch(subid=subid)
        expect_map(tool, LOCAL[tool.kind], user=OTHER)
        expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)
    nsswitch(subid="sss")
    for user in (OTHER, LOCAL_USER):
        expect_refusal(tool, not_granted_by_directory(tool.kind, LOCAL[tool.kind], user), LOCAL[tool.kind], user=user)


def test_sssd_ended(ipa, tool):
    ipa.sssd.stop()  # its memory cache still has the name
    grant(tool.kind, "local:100000:65536")
    for subid in ("sss", "files sss", "sss files"):
        nsswitch(subid=subid)
        expect_refusal(tool, no_subid(tool.kind), REMOTE[tool.kind])
    # Files come first, and know him.
    nsswitch(subid="files sss")
    expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)


def test_sssd_frozen(ipa):
    nsswitch(subid="sss files")
    ipa.sssd.freeze()
    expect_silence(REMOTE, [USER, LOCAL_USER])
    ipa.sssd.thaw()
    for tool in TOOLS:
        expect_map(tool, REMOTE[tool.kind])


def test_server_frozen(ipa):
    """What SSSD has in its cache counts. What it has not, it calls unknown after 6 seconds: files are next."""
    nsswitch(subid="sss files")
    expect_map(TOOLS[0], REMOTE[UID])
    ipa.slapd.freeze()
    for tool in TOOLS:
        expect_map(tool, REMOTE[tool.kind])  # SSSD keeps uids and gids together
    expect_map(TOOLS[0], LOCAL[UID], user=LOCAL_USER, within=SERVER_AWAY)
