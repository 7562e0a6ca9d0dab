# SPDX-License-Identifier: BSD-3-Clause
"""unshare of util-linux: newuidmap and newgidmap are called by a child of the process whose namespace they map, which
becomes newgidmap itself."""

import os

import pytest

from maps import FIRST_GRANT, READ_MAPS, lines_of, new_directory, owner_of
from matrix import cannot_run, client

THOUSAND = [["0", "100000", "1000"]]
FORMS = {"outer,inner,count": (["100000,0,1000"], THOUSAND)}
if os.environ["RELEASE"] == "bookworm":
    cannot_run("unshare", "--map-users, --map-groups inner:outer:count, two of each",
               "util-linux 2.38 takes outer,inner,count only", ["bookworm"])
else:
    FORMS["inner:outer:count, two of each"] = (["0:100000:1000", "1000:200000:10"], [*THOUSAND, ["1000", "200000", "10"]])


def unshare(alice, *options):
    """Runs in the namespace: reads the maps, and makes a file that is not its root's. Returns both."""
    file = new_directory(alice) / "file"
    script = f'cat /proc/self/uid_map /proc/self/gid_map; touch "{file}"; chown 5:6 "{file}"'
    outcome = alice.run("unshare", *options, "--setuid", "0", "--setgid", "0", "sh", "-euc", script).succeeded()
    return lines_of(outcome.stdout), owner_of(file)


@client("unshare", "--map-auto", "util-linux")
def test_map_auto(alice):
    """It takes the first range that alice is granted."""
    assert unshare(alice, "--map-auto") == (FIRST_GRANT * 2, (100005, 100006))


@client("unshare", "--map-auto --map-root-user", "util-linux")
def test_map_auto_and_root(alice):
    """With her own id as root, it asks for one less of the range."""
    maps, owner = unshare(alice, "--map-auto", "--map-root-user")
    assert maps == [["0", "1000", "1"], ["1", "100000", "65535"]] * 2
    assert owner == (100004, 100005)


@client("unshare", "--map-auto --map-current-user", "util-linux")
def test_map_auto_and_current_user(alice):
    """Her own id keeps its number, in the middle of the range, which becomes two."""
    outcome = alice.run("unshare", "--map-auto", "--map-current-user", *READ_MAPS).succeeded()
    assert lines_of(outcome.stdout) == [["1000", "1000", "1"], ["0", "100000", "1000"], ["1001", "101000", "64535"]] * 2


@client("unshare", "--map-users, --map-groups {form}", "util-linux")
@pytest.mark.parametrize("form", FORMS)
def test_map_users(alice, form):
    ranges, expected = FORMS[form]
    options = [f"--map-{kind}={one}" for kind in ("users", "groups") for one in ranges]
    assert unshare(alice, *options) == (expected * 2, (100005, 100006))
