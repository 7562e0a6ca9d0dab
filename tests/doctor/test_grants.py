# SPDX-License-Identifier: BSD-3-Clause
"""Faults of accounts, grants, policies and /proc."""

import os

import pytest

import world
from clinic import cure, examine, expect_problem, expect_warning, in_own_mounts, switch
from processes import ALICE, ROOT, SIDE_GROUP, STRANGER, mount
from support import GID, UID, grant, put, remove
from test_hidepid import hide
from world import order_nss, order_pam, order_plugin

MS_RDONLY, MS_REMOUNT, MS_BIND = 0x1, 0x20, 0x1000


@pytest.mark.parametrize("lines", ((), ("bob:100000:65536",), ("alice:100000:0",)), ids=("none", "bobs", "empty"))
def test_no_grant(kind, lines):
    """Nothing is granted, or to others, or a count of 0."""
    grant(kind, *lines)
    expect_problem(f"grants-{kind.name}", f"{kind.subid} grants no {kind.name}s to uid {ALICE.uid}")


def test_no_file(kind):
    """A file that is not there grants nothing."""
    remove(kind.subid)
    expect_problem(f"grants-{kind.name}", f"{kind.subid} grants no {kind.name}s")


def test_few_ids(kind):
    """Fewer than images have."""
    grant(kind, "alice:100000:1000")
    expect_warning(f"grants-{kind.name}", f"grants 1000 {kind.name}s")


def test_several_lines(kind):
    """Lines count together, by name and by uid."""
    grant(kind, "alice:100000:30000", f"{ALICE.uid}:200000:35536")
    assert examine().status == 0
    assert f"grants 65536 {kind.name}s" in examine().of("ok", f"grants-{kind.name}")[0]["sentence"]


def test_own_id_is_granted(kind):
    """The own id, which engines map beside the range."""
    grant(kind, f"alice:{kind.own(ALICE) - 10}:65536")
    expect_warning(f"grants-{kind.name}", "the caller's own among them")


@pytest.mark.parametrize("file, words", (({"mode": 0o600}, "cannot be read by the caller"),
                                         ({"mode": 0o666}, "may be written by everyone"),
                                         ({"uid": ALICE.uid}, "belongs to the caller")), ids=("hidden", "open", "own"))
def test_unfit_file(kind, file, words):
    """A file that the tools refuse to read or to believe."""
    put(kind.subid, "alice:100000:65536\n", **file)
    cure([finding | {"remedy": finding["remedy"].rpartition("as with ")[2].removeprefix("give it to root: ")}
          for finding in expect_problem(f"grants-{kind.name}", words)])
    assert examine().status == 0


def test_unfit_passwd():
    """The same for who the user is."""
    os.chmod("/etc/passwd", 0o666)
    expect_problem("account", "/etc/passwd may be written by everyone")


def test_another_group():
    """A session with another group than the account's, as newgrp makes it."""
    found = expect_problem("group", f"the group is {SIDE_GROUP}, and the account's is {ALICE.gid}", gid=SIDE_GROUP)
    assert found[0]["remedy"].startswith("newgrp ")
    put("/etc/login.defs", "GRANT_AUX_GROUP_SUBIDS yes\n")
    assert examine(gid=SIDE_GROUP).status == 0


def test_no_account():
    """A uid that nobody knows can be granted something."""
    for kind in (UID, GID):
        grant(kind, f"{STRANGER.uid}:100000:65536")
    expect_warning("account", "has no account", user=STRANGER)


@pytest.mark.parametrize("lines", (["alice:100000:65536"] * 2, ["alice:100000:65536", "5001:100000:10"],
                                   ["alice:100000:10", "alice:100005:10"]), ids=("twice", "by uid", "overlap"))
def test_range_twice(kind, lines):
    """Engines ask for each line, and no map has an id twice."""
    grant(kind, *lines)
    expect_problem(f"grants-{kind.name}", f"grants some {kind.name}s twice")


def test_more_ranges_than_a_map_has(kind):
    grant(kind, *(f"alice:{100000 + 1000 * i}:300" for i in range(400)))
    expect_problem(f"grants-{kind.name}", "grants 400 ranges")


def test_root():
    """He runs it first of all, and it is not about him."""
    expect_warning("grants-uid", "ask as the user who starts containers", user=ROOT)


def test_file_is_missing(kind):
    """usermod makes none; the remedy does."""
    remove(kind.subid)
    found, = expect_problem(f"grants-{kind.name}", "grants no")
    assert found["remedy"].startswith(f"install -m 644 /dev/null {kind.subid} && usermod --add-sub{kind.name}s ")


# ---- plugins, name services, PAM -------------------------------------------------------------------------------------

def test_plugin_knows_the_user():
    """The plugin decides; what the files say does not count."""
    for kind in (UID, GID):
        grant(kind)
    order_plugin()
    world.order("list", 1, f"{world.PLUGIN_RANGE[1]} {world.PLUGIN_RANGE[2]}")
    report = examine()
    assert (report.status, report.of("warning")) == (0, [])
    sentence = report.of("ok", "grants-uid")[0]["sentence"]
    assert sentence == f"the subid service ordered grants {world.PLUGIN_RANGE[2]} uids"


def test_plugin_does_not_know_the_user():
    """Nobody does."""
    order_plugin(status=1)
    expect_problem("grants-uid", "no source on the subid: line", others={"grants-gid"})


def test_files_before_the_plugin():
    """The files know the user, so they decide."""
    world.nsswitch(subid="files ordered")
    world.order("plugin", "none", 3, 0)
    report = examine()
    assert (report.status, report.of("warning")) == (0, [])


def test_plugin_fails():
    """Its service does not run."""
    order_plugin(status=2)
    expect_problem("grants-uid", "no connection to its service", others={"grants-gid"})


def test_plugin_is_missing():
    """There is no such library."""
    world.nsswitch(subid="nonexistent")
    expect_problem("grants-gid", "the plugin for it cannot be used", others={"grants-uid"})


def test_name_service_fails():
    """Who the user is cannot be found out."""
    order_nss(status=-1, error=111, passwd="test")
    expect_problem("account", "name services")


def test_policy_admits(kind):
    """A PAM policy is told."""
    order_pam(kind=kind)
    report = examine()
    assert report.status == 0
    assert [finding["sentence"] for finding in report.of("ok", "pam")] == [
        f"the PAM policy for {kind.tool} admits the caller"]


def test_policy_refuses(kind):
    """An account that has expired."""
    order_pam(status=13, kind=kind)
    expect_problem("pam", f"the PAM policy for {kind.tool} refuses the caller")


# ---- /proc and what is beside it -------------------------------------------------------------------------------------

def test_no_proc():
    """Something else is mounted on /proc."""
    report = examine(prepare=in_own_mounts(lambda: mount("tmpfs", "/proc", "tmpfs")))
    assert "no proc file system is mounted" in report.of("problem", "proc")[0]["sentence"]


def test_read_only_proc():
    """No map can be written through it."""
    def act():
        mount("none", "/proc", flags=MS_REMOUNT | MS_BIND | MS_RDONLY)

    report = examine(prepare=in_own_mounts(act))
    assert "mounted read-only" in report.of("problem", "proc")[0]["sentence"]


def test_hidepid():
    """It hides nobody's own processes, which is all that our pair needs."""
    report = examine(prepare=hide)
    assert report.status == 0
    assert "hidepid=" in report.of("ok", "hidepid")[0]["sentence"]


@pytest.mark.parametrize("value", (0, 1))
def test_selinux(value):
    """A policy that is enforced may refuse what is right."""
    prepare = switch("/sys/fs", "selinux/enforce", value)
    if value:
        expect_warning("selinux", "SELinux is enforcing", prepare=prepare)
    else:
        assert "not enforced" in examine(prepare=prepare).of("ok", "selinux")[0]["sentence"]


def test_no_log():
    """Nobody takes records."""
    expect_warning("log", "nobody takes log records at /dev/log", prepare=in_own_mounts(
        lambda: mount("/etc/passwd", "/dev/log", flags=MS_BIND)))
