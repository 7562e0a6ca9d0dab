# SPDX-License-Identifier: BSD-3-Clause
"""Podman, as an ordinary user runs it.

Podman asks the pair for one namespace, with everything that is granted, and its containers' namespaces lie in it: their
maps begin with ids of that one, which are those of its own map, 0 for alice and 1 for the first that she is granted.
"""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from maps import SHOW_MAPS, WHOLE_MAP, lines_of, maps_in, owner_in_storage, owner_of
from matrix import client

NO_NETWORK = ["--rm", "--network=none"]


@pytest.fixture(scope="session")
def image(small_tar, alice, bob):
    for user in (alice, bob):
        user.run("podman", "import", small_tar, "localhost/small").succeeded()
    return "localhost/small"


def check_containers(user, image, out, options, maps, owners):
    """Containers with these options have these maps of uids and gids, and what their user writes belongs on the host to
    whom owners names, {(uid, gid) in the container: (uid, gid) on the host}."""
    for number, (inside, outside) in enumerate(owners.items()):
        file = out / str(number)
        # Not to standard output: a container of Podman 4.3 was seen to end with status 0 without what it had printed.
        user.run("podman", "run", *NO_NETWORK, *options, "--user=%d:%d" % inside, f"--volume={out}:/out", image,
                 "sh", "-c", f"({SHOW_MAPS}) > /out/{number}").succeeded()
        assert maps_in(file.read_text()) == tuple(sorted(map(str.split, lines)) for lines in maps)
        assert owner_of(file) == outside


@client("Podman", "unshare", "podman")
def test_unshare(alice):
    """The namespace has alice's own id and all that she is granted."""
    outcome = alice.run("podman", "unshare", "cat", "/proc/self/uid_map", "/proc/self/gid_map").succeeded()
    assert lines_of(outcome.stdout) == WHOLE_MAP * 2


@pytest.mark.usefixtures("without_privilege")
def test_control(alice):
    """It is the installed pair that maps: without its privilege Podman ends, and says why."""
    outcome = alice.run("podman", "unshare", "true")
    assert outcome.status != 0, str(outcome)
    assert "newuidmap: write to uid_map failed: Operation not permitted" in outcome.stderr, str(outcome)


@client("Podman", "unshare, 40 lines in subuid and subgid", "podman")
def test_unshare_with_many_ranges(bob, out):
    """Each line of the files is a range of its own in the map."""
    # The image storage of one map is of no use with another.
    home = {"HOME": str(out)}
    files = {Path(f"/etc/{name}"): Path(f"/etc/{name}").read_text() for name in ("subuid", "subgid")}
    lines = [f"bob:{1000000 + 2000 * line}:{1000 + line}" for line in range(40)]
    bob.end_everything()
    try:
        for file in files:
            file.write_text("\n".join(lines) + "\n")
        outcome = bob.run("podman", "unshare", "bash", "-c", SHOW_MAPS, environment=home).succeeded()
    finally:
        for file, text in files.items():
            file.write_text(text)
        bob.end_everything()
    expected, inside = [["0", "1001", "1"]], 1
    for line in lines:
        _, start, count = line.split(":")
        expected.append([str(inside), start, count])
        inside += int(count)
    assert maps_in(outcome.stdout) == (sorted(expected), sorted(expected))


@client("Podman", "run", "podman")
def test_run(alice, image, out):
    """Without options a container has Podman's own map."""
    whole = [" ".join(line) for line in WHOLE_MAP]
    check_containers(alice, image, out, [], (whole, whole), {(0, 0): (1000, 1000), (5, 70000): (100004, 204463)})


NOMAP = ["0 1 65536", "65536 65537 65536"]
KEEP_ID = ["0 1 1000", "1000 0 1", "1001 1001 64536", "65537 65537 65536"]
AUTO = ["0 1 1024"]


@pytest.mark.parametrize("mode, lines, owners", [
    ("nomap", NOMAP, {(0, 0): (100000, 100000), (1000, 65536): (101000, 200000)}),
    ("keep-id", KEEP_ID, {(1000, 1000): (1000, 1000), (0, 1001): (100000, 101000)}),
    ("auto", AUTO, {(0, 0): (100000, 100000), (1000, 1000): (101000, 101000)}),
], ids=["nomap", "keep-id", "auto"])
@client("Podman", "run --userns={mode}", "podman")
def test_userns(alice, image, out, mode, lines, owners):
    """nomap leaves alice's own id out, keep-id gives it to the same id in the container, auto takes 1024 ids that are free."""
    check_containers(alice, image, out, [f"--userns={mode}"], (lines, lines), owners)


USER_IS_1000 = ["1000:0:1", "0:1:1000", "1001:1001:64536"]


@client("Podman", "run" + "".join(f" --uidmap {triple}" for triple in USER_IS_1000), "podman")
def test_uidmap_user_is_1000(alice, image, out):
    """The container's user 1000 is alice on the host, and everybody else one whom she is granted."""
    lines = ["0 1 1000", "1000 0 1", "1001 1001 64536"]
    check_containers(alice, image, out, [f"--uidmap={triple}" for triple in USER_IS_1000], (lines, lines), {
        (1000, 1000): (1000, 1000), (0, 0): (100000, 100000), (1001, 65536): (101000, 165535)})


@client("Podman", "run --uidmap 0:70000:10 --gidmap 0:1:5 --gidmap 5:80000:10", "podman")
def test_uids_and_gids_differ(alice, image, out):
    """Uids and gids are mapped apart, also to the second range that alice is granted."""
    check_containers(alice, image, out, ["--uidmap=0:70000:10", "--gidmap=0:1:5", "--gidmap=5:80000:10"],
                     (["0 70000 10"], ["0 1 5", "5 80000 10"]), {(5, 7): (204468, 214465), (0, 0): (204463, 100000)})


@client("Podman", "run --uidmap 0:1:1000 --gidmap 0:1001:1000, one range granted", "podman")
def test_uidmap_with_one_range(bob, image, out):
    """Bob is granted but one range, and the container has parts of it."""
    check_containers(bob, image, out, ["--uidmap=0:1:1000", "--gidmap=0:1001:1000"],
                     (["0 1 1000"], ["0 1001 1000"]), {(0, 0): (300000, 301000), (999, 5): (300999, 301005)})


@client("Podman", "build", "podman")
def test_build(alice, image, out, pair):
    """What a build gives to another user belongs to one whom alice is granted."""
    name = f"built-with-{pair}"
    (out / "Containerfile").write_text(f"FROM {image}\nRUN touch /{name} && chown 5:70000 /{name}\n")
    alice.run("podman", "build", "--isolation=chroot", "--no-cache", f"--tag=localhost/{name}", out).succeeded()
    assert owner_in_storage(alice, name) == (100004, 204463)
    alice.run("podman", "rmi", f"localhost/{name}").succeeded()


# ---- Podman in Podman ------------------------------------------------------------------------------------------------

# Run by Podman's own root, who will be the container's: the pair has to belong to him, and the rest is that of the host.
MAKE_NESTING_ROOT = """
mkdir etc proc sys dev tmp run usr var home home/podman nested nested/{bin,etc,proc,tmp}
for link in bin lib lib64 sbin; do ln -s "usr/$link" "$link"; done
cp /bin/busybox nested/bin
cp -r /etc/containers etc
printf '%s\\n' root:x:0:0::/root:/bin/sh podman:x:1000:1000::/home/podman:/bin/sh > etc/passwd
printf '%s\\n' root:x:0: podman:x:1000: > etc/group
echo podman:1001:64535 | tee etc/subuid > etc/subgid
chown -R 1000:1000 home/podman nested
chmod 1777 tmp
cp --no-preserve=all /usr/bin/new?idmap .
if [ "$1" = fcaps ]; then
    chmod 755 new?idmap
    /usr/sbin/setcap cap_setuid=ep newuidmap cap_setgid=ep newgidmap
else
    chmod 4755 new?idmap
fi
"""
# What it finds goes to files, as above.
NESTED = f"""
exec > output 2>&1
podman unshare bash -c '{SHOW_MAPS}' > unshare
podman run {" ".join(NO_NETWORK)} --cgroups=disabled --rootfs /nested /bin/busybox sh -c '
    for tool in cat touch chown; do alias $tool="/bin/busybox $tool"; done
    ({SHOW_MAPS}) > /tmp/own; touch /tmp/other; chown 33:34 /tmp/other'
"""
NESTED_MAP = [["0", "1000", "1"], ["1", "1001", "64535"]]


@pytest.fixture
def nesting_root(alice, pair):
    """A root file system with an ordinary user, Podman and the pair. It is on a tmpfs, which honours set-id bits."""
    with tempfile.TemporaryDirectory(prefix="nesting.", dir="/tmp") as directory:
        root = Path(directory)
        root.chmod(0o755)
        os.chown(root, alice.uid, alice.gid)
        alice.run("podman", "unshare", "bash", "-euc", MAKE_NESTING_ROOT, "bash", pair, cwd=root).succeeded()
        # Debian's pair is not to fail for the want of what it has outside.
        assert owner_of(root / "newuidmap") == (alice.uid, alice.gid)
        assert (root / "newuidmap").stat().st_mode & stat.S_ISUID or pair == "fcaps"
        yield root


@client("Podman", "unshare and run in a rootless Podman container", "podman",
        fails={"debian": "newuidmap: write to uid_map failed: Operation not permitted"})
def test_nested(alice, nesting_root):
    """An ordinary user of a container runs Podman there, and gets what /etc/subuid of the container grants him."""
    volumes = [f"--volume={nesting_root}/{tool}:/usr/bin/{tool}:ro" for tool in ("newuidmap", "newgidmap")]
    outcome = alice.run(
        "podman", "run", *NO_NETWORK, "--cgroups=disabled", "--security-opt=seccomp=unconfined", "--security-opt=unmask=ALL",
        "--volume=/usr:/usr:ro", *volumes, "--user=1000:1000", "--env=HOME=/home/podman", "--env=STORAGE_DRIVER=vfs",
        "--workdir=/home/podman", "--rootfs", nesting_root, "/usr/bin/bash", "-euc", NESTED)
    home, nested = nesting_root / "home/podman", nesting_root / "nested/tmp"
    assert outcome.status == 0, f"{outcome}\n{(home / 'output').read_text()}"
    assert maps_in((home / "unshare").read_text()) == maps_in((nested / "own").read_text()) == (NESTED_MAP, NESTED_MAP)
    assert owner_of(nested / "own") == (100999, 100999)
    assert owner_of(nested / "other") == (101032, 101033)
