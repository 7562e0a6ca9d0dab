# SPDX-License-Identifier: BSD-3-Clause
"""What subid plugins list, asked through uidmap-lookup; the same plugin is asked by Debian's program itself."""

import os
import signal
import time

import pytest

import world
from processes import ALICE, BOB, ROOT, STRANGER, no_new_privs
from programs import (DEBIANS, NO_RANGES, OURS, ask, assert_lists, assert_none, both_list, neither_lists,
                      only_debians_lists, only_ours_lists)
from support import UID, expect_granted, grant
from world import NET_NAME, NET_UID, PLUGIN_RANGE, nsswitch

FIRST, SECOND = (700000, 65536), (900000, 1)
FROM_FILE = (100000, 10)
MOST = 340


@pytest.fixture(autouse=True)
def granted_by_file(fresh, kind):
    """What the files have, which no plugin knows of."""
    grant(kind, "alice:100000:10")


def order(*ranges, count=None, act="none", status=0):
    """The plugin lists these ranges, and claims to list `count`."""
    nsswitch(subid="ordered")
    world.order("plugin", act, status, 1)
    world.order("list", len(ranges) if count is None else count, *(f"{first} {ids}" for first, ids in ranges))


def number(kind):
    return 1 if kind is UID else 2


# ---- what it lists -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("asker", (ALICE, BOB, ROOT, STRANGER), ids=lambda user: user.name or "stranger")
def test_listed(kind, asker):
    """All of it, in its order, for whoever asks; the files do not count."""
    order(SECOND, FIRST, SECOND)
    both_list(kind, "alice", SECOND, FIRST, SECOND, user=asker)


def test_what_it_is_asked(kind):
    """The user's name, and uids or gids."""
    order(FIRST)
    both_list(kind, "alice", FIRST)
    assert world.record("listed") == [f"alice {number(kind)}"] * 2


def test_uid(kind):
    """A plugin is asked by the uid that was given, or by name, and by that of the account where there are several; Debian's
    program hands on any name that it was given."""
    order(FIRST)
    both_list(kind, ALICE.uid, FIRST)
    both_list(kind, "alison", FIRST)
    assert world.record("listed") == [f"{name} {number(kind)}" for name in ("5001", "5001", "alison", "alice")]


def test_uid_without_account(kind):
    """The plugin may know it."""
    order(FIRST)
    both_list(kind, STRANGER.uid, FIRST)


def test_name_without_account(kind):
    """The plugin may know him."""
    order(FIRST)
    both_list(kind, "ghost", FIRST)


def test_largest_ids(kind):
    """As in the files: to 4294967295."""
    ranges = ((0, 4294967295), (1, 4294967295), (4294967295, 1), (0, 1))
    order(*ranges)
    both_list(kind, "alice", *ranges)


def test_what_is_listed_is_granted(kind):
    """By the same plugin to newuidmap and newgidmap."""
    order(FIRST)
    both_list(kind, "alice", FIRST)
    expect_granted(kind, PLUGIN_RANGE)


def test_most_ranges(kind):
    """As many as a map can have. More are not cut off without a word, but refused."""
    ranges = [(700000 + 2 * i, 1) for i in range(MOST + 1)]
    order(*ranges[:MOST])
    both_list(kind, "alice", *ranges[:MOST])
    order(*ranges)
    only_debians_lists(kind, "alice", *ranges, words=("it lists more ranges than a map can have",))


# ---- what it lists when it lists nothing ---------------------------------------------------------------------------

def test_no_list(kind):
    """It knows the user and has nothing for him."""
    order()
    neither_lists(kind, "alice", "the subid service ordered has nothing for this user")


def test_empty_list(kind):
    """A list with nothing in it is no error to Debian's program."""
    order(FIRST, count=0)
    assert_none(ask(OURS, kind, "alice"), "has nothing for this user")
    assert_lists(ask(DEBIANS, kind, "alice"), "alice")


def test_unknown_user(kind):
    """Says so."""
    order(status=1)
    neither_lists(kind, "alice", "the subid service ordered does not know this user")


@pytest.mark.parametrize("status, word", ((2, "no connection to its service"), (3, "it reports an error"),
                                          (4, "it reports an error"), (-1, "it reports an error")))
def test_failure(kind, status, word):
    """It could not be asked, or says what is no status."""
    order(status=status)
    neither_lists(kind, "alice", "libsubid_ordered.so", word)


@pytest.mark.parametrize("status", (1, 2, 3, 4))
def test_list_of_a_failure(kind, status):
    """What it lists with such a status does not count; Debian's program does not show it either, but has success."""
    order(FIRST, status=status)
    assert_none(ask(OURS, kind, "alice"))
    assert_lists(ask(DEBIANS, kind, "alice"), "alice")


@pytest.mark.parametrize("wrong", ((0, 0), (100000, 0), (1, 4294967296), (100000, 4294867297), (4294967296, 1),
                                   (2**64 - 1, 2), (1, 2**64 - 1), (2**64 - 1, 2**64 - 1)), ids=str)
def test_impossible_range(kind, wrong):
    """One that no line of a file could have spoils all. Debian's program prints it."""
    order(FIRST, wrong)
    only_debians_lists(kind, "alice", FIRST, wrong, words=("it lists a range that cannot be",))


@pytest.mark.parametrize("count", (-1, -2**31))
def test_negative_count(kind, count):
    """No list at all."""
    order(FIRST, count=count)
    assert_none(ask(OURS, kind, "alice"), "its list makes no sense")


def test_list_that_is_none(kind):
    """It claims to list a range, and lists none."""
    order(count=1)
    neither_lists(kind, "alice", "its list makes no sense")


# ---- plugins that do not work --------------------------------------------------------------------------------------

@pytest.mark.parametrize("plugin, word", (("no_list", "shadow_subid_list_owner_ranges"),
                                          ("no_has_range", "shadow_subid_has_range"),
                                          ("no_find", "shadow_subid_find_subid_owners"), ("text", "libsubid_text.so"),
                                          ("absent", "libsubid_absent.so")))
def test_unfit(kind, plugin, word):
    """Not there or not whole: newuidmap refuses, so nothing is listed. Debian's program goes on with the files."""
    nsswitch(subid=plugin)
    assert_none(ask(OURS, kind, "alice"), "the plugin for it cannot be used", word)
    result = ask(DEBIANS, kind, "alice")
    assert (result.status, result.stdout) == (0, f"0: alice {FROM_FILE[0]} {FROM_FILE[1]}\n")


def test_without_the_function_that_frees(kind):
    """As SSSD's on Debian 12."""
    nsswitch(subid="no_free")
    world.order("list", 1, "700000 65536")
    both_list(kind, "alice", FIRST)


@pytest.mark.parametrize("act", ("abort", "exit", "segfault", "kill", "close"))
def test_sudden_end(kind, act):
    """However its process ends, ours says what happened."""
    order(FIRST, act=act)
    assert_none(ask(OURS, kind, "alice"), "a module ended the process that asked it")


@pytest.mark.parametrize("act, question", (("garbage", 0), ("forge", 2), ("forge", 3)))
def test_another_answer(kind, act, question):
    """It writes an answer to another question, or none at all, to every descriptor."""
    order(FIRST, act=act)
    world.order("forge", question)
    assert_none(ask(OURS, kind, "alice"), "an answer of its own")


def test_prints(kind):
    """What it prints does not get among the ranges."""
    order(FIRST, act="print")
    assert_lists(ask(OURS, kind, "alice"), "alice", FIRST)
    assert "said on stdout" in ask(DEBIANS, kind, "alice").stdout


def test_hangs(kind):
    """Ours ends in time, and the plugin with it."""
    order(FIRST, act="hang")
    fifo = world.open_fifo()
    start = time.monotonic()
    assert_none(ask(OURS, kind, "alice"), "there was no answer within 8 seconds")
    assert time.monotonic() - start < 12
    world.marked(fifo)
    os.close(fifo)


# ---- several services ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("services, ranges", (
    ("files ordered", (FROM_FILE,)), ("ordered files", (FIRST,)), ("unknown ordered files", (FIRST,)),
    ("unknown files", (FROM_FILE,)), ("unknown unknown ordered", (FIRST,))))
def test_order_of_services(kind, services, ranges):
    """The first that knows the user decides, as for newuidmap. Debian's program knows one service only."""
    order(FIRST)
    nsswitch(subid=services)
    assert_lists(ask(OURS, kind, "alice"), "alice", *ranges)


def test_files_that_do_not_know_him(kind):
    """A line that is void is none."""
    order(FIRST)
    nsswitch(subid="files ordered")
    grant(kind, "alice:0:0", "bob:1:1")
    only_ours_lists(kind, "alice", FIRST, debian=((0, 0),))


@pytest.mark.parametrize("services", ("error ordered", "absent files", "unreachable files"))
def test_failure_passes_nothing_on(kind, services):
    """Only "unknown" does."""
    order(FIRST)
    nsswitch(subid=services)
    assert_none(ask(OURS, kind, "alice"), f"libsubid_{services.split()[0]}.so")


def test_malformed_service(kind):
    """What is no name of a service is never part of the name of a library."""
    nsswitch(subid="../../run/x")
    assert_none(ask(OURS, kind, "alice"), "/etc/nsswitch.conf", "../../run/x")


# ---- uidmap-lookup -------------------------------------------------------------------------------------------------

def test_not_needed_for_files(kind):
    """Where files are the only source, it does not have to be there."""
    world.remove_lookup()
    both_list(kind, "alice", FROM_FILE)


def test_missing(kind):
    """Named, with what to do."""
    order(FIRST)
    world.remove_lookup()
    only_debians_lists(kind, "alice", FIRST, words=(world.PROGRAM, "install it"))


def test_unfit_file(kind):
    """Without its group it would be in the caller's reach."""
    order(FIRST)
    world.install_lookup(mode=0o755)
    only_debians_lists(kind, "alice", FIRST, words=(f"chmod 2711 {world.PROGRAM}",))


def test_no_new_privs(kind):
    """Exec gives it no group then, so that it does not answer."""
    order(FIRST)
    assert_none(ask(OURS, kind, "alice", prepare=no_new_privs), "its set-group-id bit has no effect")


def test_ignored_children(kind):
    """A caller who ignores SIGCHLD makes no difference."""
    order(FIRST)
    both_list(kind, "alice", FIRST, prepare=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))


# ---- users whom only a name service knows --------------------------------------------------------------------------

def test_account_of_a_name_service(kind):
    """His lines are those with his name or his uid; by uid, those with it alone."""
    world.order_nss()
    grant(kind, f"{NET_NAME}:1:1", f"{NET_UID}:2:2")
    both_list(kind, NET_UID, (2, 2))
    if kind is UID:
        both_list(kind, NET_NAME, (1, 1), (2, 2))
    else:
        only_ours_lists(kind, NET_NAME, (1, 1), (2, 2), debian=((1, 1),))


def test_uid_of_a_name_service_and_plugin(kind):
    """The name that a service has for the uid is not looked for: the plugin gets what was given."""
    order(FIRST)
    world.order("nss", "none", 1, 0, NET_UID, world.NET_GID, NET_NAME)
    nsswitch(passwd="files test", subid="ordered")
    assert_lists(ask(OURS, kind, NET_UID), NET_UID, FIRST)
    assert world.record("listed") == [f"{NET_UID} {number(kind)}"]
    assert world.record("nss-asked") == []


def test_name_service_that_fails(kind):
    """Who it is cannot be told; Debian's program goes on with the name alone."""
    world.order_nss(status=-1, error=5)
    grant(kind, f"{NET_NAME}:1:1")
    only_debians_lists(kind, NET_NAME, (1, 1), words=("name services",))


def test_name_service_is_not_asked_about_local_users(kind):
    """Whom /etc/passwd has, if files come first."""
    world.order_nss()
    assert_lists(ask(OURS, kind, "alice"), "alice", FROM_FILE)
    assert world.record("nss-asked") == []


def test_account_without_a_name(kind):
    """A service that is out of order crashes nothing."""
    world.order_nss(name="NULL")
    result = ask(OURS, kind, NET_UID)
    assert (result.status, result.stdout, result.first) == (1, "", NO_RANGES)
