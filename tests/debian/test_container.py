# SPDX-License-Identifier: BSD-3-Clause
"""The recipe of packaging/container: rootless Podman in rootless Podman, with the package on both levels."""

import shutil

import pytest

from machine import ADD_USER
from outcome import run
from roots import CHECKOUT, unpack

RELEASE = "trixie"
IMAGE = "localhost/uidmap-ng"
PODMAN = """
cd /home/alice
export HOME=/home/alice USER=alice XDG_RUNTIME_DIR=/run/user/4242 STORAGE_DRIVER=overlay
mkdir -p -m 755 /run/user
install -d -m 700 -o alice -g alice $XDG_RUNTIME_DIR
mount --make-rshared /
podman() { setpriv --reuid=4242 --regid=4242 --clear-groups podman "$@"; }
"""
RUN = PODMAN + """
podman run --rm --network=none --cgroups=disabled --device=/dev/fuse --security-opt=seccomp=unconfined \\
    --security-opt=unmask=ALL "$@"
"""
# The inner Podman's container has a root directory with one program that needs no library.
NESTED_RUN = """
mkdir -p nested/bin
cp /usr/bin/newuidmap nested/bin
exec podman --storage-driver=vfs run --rm --network=none --cgroups=disabled --rootfs "$PWD/nested" /bin/newuidmap --version
"""


@pytest.fixture(scope="module")
def machine(preparations):
    """A root whose user alice has built the recipe's image with her rootless Podman, from a Debian with nothing in it."""
    root = unpack(RELEASE, "podman", "host-root-packages")    # no overlay: Podman's own could not be on top of it
    base = unpack(RELEASE, "base", "base-root-packages")
    context = root.path / "context"
    context.mkdir()
    package = preparations["build", RELEASE].result().package
    shutil.copy(package, context)
    shutil.copy(CHECKOUT / "packaging/container/Containerfile", context)
    run(["tar", "--create", "--directory", base.path, f"--file={context}/base.tar", "."]).succeeded()
    root.script(ADD_USER + "apt-get -qq update && apt-get -qq --yes install /context/uidmap-ng_*.deb").succeeded()
    root.script(PODMAN + """
        podman import --quiet /context/base.tar localhost/base
        podman build --isolation=chroot --network=host --build-arg=BASE=localhost/base --tag "$1" /context
        """, IMAGE).succeeded()
    return root


def test_the_image_has_the_capabilities(machine):
    """They came from configuring the package as root of a user namespace, and count inside."""
    outcome = machine.script(RUN, IMAGE, "sh", "-c", "getcap /usr/bin/new?idmap; stat -c %a /usr/bin/new?idmap").succeeded()
    assert outcome.stdout == "/usr/bin/newgidmap cap_setgid=ep\n/usr/bin/newuidmap cap_setuid=ep\n755\n755\n"


def test_the_inner_podman_has_all_its_ids(machine):
    """podman unshare in the container maps every id that is granted there."""
    outcome = machine.script(RUN, IMAGE, "podman", "unshare", "cat", "/proc/self/uid_map", "/proc/self/gid_map").succeeded()
    assert [line.split() for line in outcome.stdout.splitlines()] == [["0", "1000", "1"], ["1", "1001", "64535"]] * 2


def test_the_inner_podman_runs_a_container(machine):
    outcome = machine.script(RUN, IMAGE, "sh", "-euc", NESTED_RUN).succeeded()
    assert "uidmap-ng" in outcome.stdout, str(outcome)


def test_doctor_finds_no_problem_inside(machine):
    machine.script(RUN, IMAGE, "uidmap-doctor").succeeded()
