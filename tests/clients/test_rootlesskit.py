# SPDX-License-Identifier: BSD-3-Clause
"""RootlessKit, which asks getsubids or /etc/subuid what the user is granted, and maps all of it."""

import contextlib

import pytest

from maps import READ_MAPS, WHOLE_MAP, lines_of, new_directory, owner_of
from matrix import client
from outcome import run


@contextlib.contextmanager
def in_place_of(installed, other):
    run(["mount", "--bind", other, installed]).succeeded()
    try:
        yield
    finally:
        run(["umount", installed]).succeeded()


def rootlesskit(alice, *options):
    return alice.run("rootlesskit", *options, *READ_MAPS)


@client("RootlessKit", "--subid-source={source}", "rootlesskit")
@pytest.mark.parametrize("source", ["auto", "dynamic", "static"])
def test_subid_source(alice, source):
    outcome = rootlesskit(alice, f"--subid-source={source}").succeeded()
    assert lines_of(outcome.stdout) == WHOLE_MAP * 2


@client("RootlessKit", "--subid-source=dynamic, with our getsubids", "rootlesskit")
def test_our_getsubids(alice):
    """RootlessKit asks for the name and for the uid, and 1.1.0 wants both answers together mapped, so that one range must not
    be in both (https://github.com/rootless-containers/rootlesskit/pull/369). A getsubids that fails shows that it is the
    installed one which is asked."""
    with in_place_of("/usr/bin/getsubids", "/bin/false"):
        assert rootlesskit(alice, "--subid-source=dynamic").status == 1
    with in_place_of("/usr/bin/getsubids", "/pair/getsubids"):
        outcome = rootlesskit(alice, "--subid-source=dynamic").succeeded()
    assert lines_of(outcome.stdout) == WHOLE_MAP * 2


@client("RootlessKit", "--net=slirp4netns, and the owner of a file", "rootlesskit")
def test_slirp4netns(alice):
    """Its root can make slirp4netns' interface, and chown to the ids of either grant."""
    directory = new_directory(alice)
    script = 'ip -oneline link show tap0; cd "$1"; touch first second; chown 1:2 first; chown 65537:65538 second'
    outcome = alice.run("rootlesskit", "--net=slirp4netns", "--disable-host-loopback", "--copy-up=/etc",
                        "bash", "-euc", script, "bash", directory).succeeded()
    assert "tap0" in outcome.stdout
    assert (owner_of(directory / "first"), owner_of(directory / "second")) == ((100000, 100001), (200000, 200001))
