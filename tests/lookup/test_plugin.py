# SPDX-License-Identifier: BSD-3-Clause
"""Subid plugins: what they grant is granted, and whatever else they do is a refusal with its reason."""

import os
import signal

import pytest

import world
from processes import ALICE, STRANGER, Target
from support import GID, UID, assert_granted, expect_granted, expect_refused, grant, put, run_tool
from world import PLUGIN_RANGE, expect_reason, no_lookup, no_subid, nsswitch, own

BEYOND = (0, 700000, 65537)
FROM_FILE = (0, 100000, 10)


@pytest.fixture(autouse=True)
def granted_by_file(fresh):
    """What the files grant, and no plugin."""
    for kind in (UID, GID):
        grant(kind, "alice:100000:10")


def not_granted(kind, extent, **start):
    assert expect_refused(kind, extent, **start).first == kind.not_allowed(*extent)


def test_granted_exactly(kind):
    """The plugin's range is granted, together with one's own id, and not one id more."""
    nsswitch(subid="yes")
    expect_granted(kind, PLUGIN_RANGE)
    expect_granted(kind, (0, kind.own(ALICE), 1), (1, 700000, 65536))
    for extent in (BEYOND, (0, 699999, 2), (0, 699999, 1), (0, 765536, 1)):
        not_granted(kind, extent)


def test_each_range_is_judged_for_itself(kind):
    """One of several that is not granted spoils the request, whichever it is."""
    nsswitch(subid="yes")
    for wrong in range(3):
        extents = [(i, (100000 if i == wrong else 700000) + i, 1) for i in range(3)]
        assert expect_refused(kind, *extents).first == kind.not_allowed(*extents[wrong])


def test_what_it_is_asked(kind):
    """The account's name, and for each range start, count and type, as shadow asks."""
    nsswitch(subid="yes")
    expect_granted(kind, (0, 700000, 1), (1, 700010, 5))
    number = 1 if kind is UID else 2
    assert world.record("asked") == [f"alice 700000 1 {number}", f"alice 700010 5 {number}"]


def test_largest_ids(kind):
    """Nothing is cut on the way to the plugin."""
    nsswitch(subid="no")
    not_granted(kind, (0, 4294967294, 1))
    not_granted(kind, (0, 1, 4294967294))
    number = 1 if kind is UID else 2
    assert world.record("asked") == [f"alice 4294967294 1 {number}", f"alice 1 4294967294 {number}"]


def test_most_extents(kind):
    """As many as the kernel takes in one map."""
    nsswitch(subid="yes")
    expect_granted(kind, *((2 * i, 700000 + 2 * i, 1) for i in range(200)))


@pytest.mark.parametrize("plugin", ("no", "mute", "unknown"))
def test_nothing_granted(kind, plugin):
    """It says no, says nothing, or does not know the user: one's own id is all that is left."""
    nsswitch(subid=plugin)
    not_granted(kind, PLUGIN_RANGE)
    not_granted(kind, FROM_FILE)
    expect_granted(kind, own(kind))


def test_neither_yes_nor_no(kind):
    """A result that is no truth value grants nothing."""
    nsswitch(subid="two")
    expect_refused(kind, PLUGIN_RANGE)


@pytest.mark.parametrize("plugin", ("unreachable", "error", "four", "minus", "huge"))
def test_failure(kind, plugin):
    """Its service is out of reach, or it says something that is no status: refused, one's own id included."""
    nsswitch(subid=plugin)
    word = "no connection to its service" if plugin == "unreachable" else "it reports an error"
    for extent in (PLUGIN_RANGE, own(kind)):
        expect_reason(kind, extent, f"libsubid_{plugin}.so", word, first=no_subid(kind, plugin))


@pytest.mark.parametrize("plugin, word", (("no_has_range", "shadow_subid_has_range"), ("text", "libsubid_text.so"),
                                          ("no_list", "shadow_subid_list_owner_ranges"),
                                          ("no_find", "shadow_subid_find_subid_owners"),
                                          ("absent", "libsubid_absent.so")))
def test_unfit(kind, plugin, word):
    """Not there, no library, or without a function that asks, as for shadow: refused by its name."""
    nsswitch(subid=plugin)
    expect_reason(kind, PLUGIN_RANGE, "the plugin for it cannot be used", word, first=no_subid(kind, plugin))


def test_without_the_function_that_frees(kind):
    """sss has none on Debian 12, and nobody calls it."""
    nsswitch(subid="no_free")
    expect_granted(kind, PLUGIN_RANGE)
    not_granted(kind, BEYOND)


@pytest.mark.parametrize("act", ("abort", "exit", "segfault", "kill"))
def test_sudden_end(kind, act):
    """However its process ends, ours ends with status 1 and says what happened."""
    world.order_plugin(act)
    expect_reason(kind, PLUGIN_RANGE, "a module ended the process that asked it", first=no_subid(kind, "ordered"))


def test_closed_descriptors(kind):
    """It closes whatever is open: nobody hears its answer."""
    world.order_plugin("close")
    expect_reason(kind, PLUGIN_RANGE, "a module ended the process that asked it", first=no_subid(kind, "ordered"))


@pytest.mark.parametrize("act, question", (("garbage", 0), ("forge", 1), ("forge", 2), ("forge", 9)))
def test_another_answer(kind, act, question):
    """It writes something of its own to every descriptor: no answer to the question, so none at all."""
    world.order_plugin(act)
    world.order("forge", question)
    expect_reason(kind, PLUGIN_RANGE, "an answer of its own", first=no_subid(kind, "ordered"))


def test_prints(kind):
    """Nobody sees what it prints."""
    world.order_plugin("print")
    expect_granted(kind, PLUGIN_RANGE)


def test_becoming_root(kind):
    """It has no way to another identity, and the file permissions of the caller."""
    world.order_plugin("root")
    put("/etc/shadow", "secret\n", mode=0o640)
    expect_granted(kind, PLUGIN_RANGE)
    assert world.record("plugin") == ["setuid -1 setgid -1 setresuid -1 setresgid -1 setgroups -1",
                                      "shadow -1 passwd -1"]


def test_grandchild(kind):
    """One that stays behind and keeps the socket open does not delay anything. It prints where nobody reads."""
    world.order_plugin("grandchild")
    fifo = world.open_fifo()
    expect_granted(kind, PLUGIN_RANGE)
    os.kill(world.marked(fifo), signal.SIGKILL)
    os.close(fifo)


# ---- several services ----------------------------------------------------------------------------------------------

def test_files_first(kind):
    """The files know the caller, and so decide alone; they do not know another, who is asked about further on."""
    nsswitch(subid="files yes")
    expect_granted(kind, FROM_FILE)
    not_granted(kind, PLUGIN_RANGE)
    assert world.record("asked") == []
    grant(kind, "bob:100000:10")
    expect_granted(kind, PLUGIN_RANGE)
    not_granted(kind, FROM_FILE)


def test_files_last(kind):
    """The plugin knows the caller: what the files have does not count."""
    nsswitch(subid="yes files")
    expect_granted(kind, PLUGIN_RANGE)
    not_granted(kind, FROM_FILE)


@pytest.mark.parametrize("services, from_plugin, from_file", (
    ("unknown files", False, True), ("unknown yes", True, False), ("unknown no yes files", False, False),
    ("no files yes", False, False), ("mute files", False, False), ("unknown unknown unknown files", False, True),
    ("unknown", False, False), ("yes error", True, False), ("yes absent", True, False)))
def test_order(kind, services, from_plugin, from_file):
    """Only "unknown" passes on to the next; who knows the caller decides, even with a no."""
    nsswitch(subid=services)
    for extent, granted in ((PLUGIN_RANGE, from_plugin), (FROM_FILE, from_file)):
        expect_granted(kind, extent) if granted else not_granted(kind, extent)


@pytest.mark.parametrize("services, failing", (
    ("error yes", "error"), ("unreachable files", "unreachable"), ("absent files", "absent"), ("no_list yes", "no_list"),
    ("unknown error files", "error"), ("unknown four yes", "four")))
def test_failure_passes_nothing_on(kind, services, failing):
    """A service that fails is no "unknown"."""
    nsswitch(subid=services)
    for extent in (PLUGIN_RANGE, FROM_FILE):
        assert expect_refused(kind, extent).first == no_subid(kind, failing)


def test_caller_without_name(kind):
    """A plugin is asked by name. It is not passed over for a caller without one, whose name may only be out of reach
    just now; the files know him by his uid."""
    grant(kind, f"{STRANGER.uid}:100000:10")
    for services in ("yes files", "unknown files"):
        nsswitch(subid=services)
        expect_reason(kind, FROM_FILE, f"no account was found for uid {STRANGER.uid}", user=STRANGER,
                      first=no_subid(kind, services.split()[0]))
    nsswitch(subid="files yes")
    expect_granted(kind, FROM_FILE, user=STRANGER)
    assert world.record("asked") == []


@pytest.mark.parametrize("name", ("../../tmp/evil", "/usr/lib/libsubid_yes", "yes.so", "a b/c", "y" * 51, "[success=x]",
                                  "yes;no", "\x1b[31m", "ü"))
def test_malformed_name(kind, name):
    """What is no name of a service is never part of the name of a library."""
    nsswitch(subid=name)
    result = expect_refused(kind, FROM_FILE)
    assert "nsswitch.conf" in result.detail
    assert "\x1b" not in result.stderr


def test_longest_name(kind):
    """50 bytes are a name, of a plugin that is not there."""
    nsswitch(subid="y" * 50)
    expect_reason(kind, FROM_FILE, "libsubid_" + "y" * 50, first=no_subid(kind, "y" * 50))


def test_too_many_services(kind):
    """Eight, and no ninth."""
    nsswitch(subid="unknown " * 7 + "yes")
    expect_granted(kind, PLUGIN_RANGE)
    nsswitch(subid="unknown " * 8 + "yes")
    expect_reason(kind, PLUGIN_RANGE, "more than 8 services")


# ---- setgroups -----------------------------------------------------------------------------------------------------

def mapped_setgroups(extent):
    with Target() as target:
        assert_granted(run_tool(GID, target, extent), target, GID, extent)
        return target.setgroups


def test_setgroups():
    """It stays allowed if the plugin grants the range, as after a grant of the files; one's own group shows nothing."""
    nsswitch(subid="yes")
    assert mapped_setgroups(PLUGIN_RANGE) == "allow"
    assert mapped_setgroups(own(GID)) == "deny"
    nsswitch(subid="no")
    assert mapped_setgroups(own(GID)) == "deny"
