# SPDX-License-Identifier: BSD-3-Clause
"""The package of each release, and roots to install it into."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from outcome import Outcome
from roots import CHECKOUT, Layer, Root, unpack

RELEASES = ("bookworm", "trixie")


def pytest_configure():
    if "UIDMAP_NG_SCRATCH" not in os.environ:
        pytest.exit("start these tests with tests/debian/run", returncode=4)


def say(text):
    print(f"debian: {text}", file=sys.stderr, flush=True)


@dataclass
class Build:
    """A root in which the package was built from the checkout, which it saw read-only."""
    root: Root
    outcome: Outcome

    @property
    def output(self):
        return self.root.path / "output"

    @property
    def package(self):
        return next(self.output.glob("uidmap-ng_*.deb"))

    @property
    def module(self):
        return next(self.output.glob("uidmap-ng-selinux_*.deb"))


@dataclass
class Installed:
    """A root in which the package has replaced uidmap, and how that went."""
    root: Root
    outcome: Outcome


def build(release):
    lists = ["build-root-packages"] + (["lintian-packages"] if release == "bookworm" else [])
    say(f"a root to build for {release} in")
    root = unpack(release, "build", *lists)
    (root.path / "output").mkdir()
    # Once is enough for the unit tests.
    options = {} if release == "bookworm" else {"DEB_BUILD_OPTIONS": "nocheck", "DEB_BUILD_PROFILES": "nocheck"}
    say(f"building for {release}, which takes minutes")
    outcome = root(CHECKOUT / "packaging/build-deb", "--output", "/output", binds=[CHECKOUT], seconds=1200, **options)
    say(f"built for {release}")
    return Build(root, outcome)


# A user, paths, times, modes and words of its own.
BUILD_AGAIN = """
useradd --uid 4242 --create-home builder
cd /home/builder
exec setpriv --reuid=4242 --regid=4242 --clear-groups bash -euc '
    umask 077
    mkdir -p some/where temporary output
    tar --create --directory="$1" --exclude="./build*" --exclude=./.git . | tar --extract --touch --directory=some/where
    find some -exec touch -d "2001-02-03 04:05:06" {} +
    export HOME=$PWD TMPDIR=$PWD/temporary LC_ALL= LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu
    export DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=nocheck
    some/where/packaging/build-deb --output "$PWD/output"' bash "$1"
"""


def build_again(first):
    """Waits for the first build, and builds in its root once more."""
    root = first.result().root
    say("building for bookworm once more")
    return Build(root, root.script(BUILD_AGAIN, CHECKOUT, binds=[CHECKOUT], seconds=1200))


def make_host(release):
    say(f"a root of {release} to install into")
    root = unpack(release, "host", "host-root-packages")
    root("apt-get", "--quiet", "update").succeeded()
    return root


def make_mac(release):
    """Not the root for the build itself, which has nothing beside what the package asks for."""
    say(f"a root of {release} with security modules' packages")
    return unpack(release, "mac", "build-root-packages", "mac-root-packages")


@pytest.fixture(scope="session")
def preparations():
    """What takes long goes on side by side: making roots waits for the network, and building for the processor."""
    executor = ThreadPoolExecutor(max_workers=2)
    started = {}
    for release in RELEASES:
        started["build", release] = executor.submit(build, release)
        started["host", release] = executor.submit(make_host, release)
        started["mac", release] = executor.submit(make_mac, release)
    started["build again", "bookworm"] = executor.submit(build_again, started["build", "bookworm"])
    yield started
    executor.shutdown(cancel_futures=True)


@pytest.fixture(scope="session", params=RELEASES)
def release(request):
    return request.param


@pytest.fixture(scope="session")
def built(release, preparations):
    """The package of the release."""
    outcome = preparations["build", release].result()
    outcome.outcome.succeeded()
    return outcome


@pytest.fixture(scope="session")
def host(release, preparations):
    """A root with Debian's uidmap. It is not changed itself: layers lie on it, and overlayfs would see that half or not at all."""
    return preparations["host", release].result()


@pytest.fixture(scope="session")
def installed(host, built):
    with Layer(host) as root:
        (root.path / "root/uidmap-ng.deb").write_bytes(built.package.read_bytes())
        outcome = root("apt-get", "--quiet", "--yes", "install", "/root/uidmap-ng.deb")
        yield Installed(root, outcome)


@pytest.fixture
def root(installed):
    """A root with the package installed, of the test's own."""
    installed.outcome.succeeded()
    with Layer(installed.root) as root:
        yield root
