# SPDX-License-Identifier: BSD-3-Clause
"""What the tests share: the sources as they are, in a repository of their own, and the release that is made of them."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = "-O2 -g"  # those that rpm gives on Debian, so that two builds can be compared
SCRATCH = pathlib.Path(os.environ["UIDMAP_NG_SCRATCH"])


def run(*command, **how):
    """Runs it with its words in the suite's log."""
    subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL, **how)


def output(*command, **how):
    return subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, **how).stdout


def meson_build(source, build, *options, targets=(), **how):
    run("meson", "setup", *options, build, source, **how)
    run("ninja", "-C", build, *targets, **how)


def rpmbuild(top, spec):
    """--nodeps: what it asks for bears the names that Fedora gives."""
    run("rpmbuild", "-bb", "--nodeps", "--define", f"_topdir {top}", "--define", f"_tmppath {top}", spec,
        env=os.environ | {"CXXFLAGS": FLAGS})
    [package] = top.glob("RPMS/*/*.rpm")
    return package


def files_below(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir())


@pytest.fixture(scope="session")
def checkout():
    """A copy of the sources, without what builds and tests leave beside them, in a git repository."""
    copy = SCRATCH / "checkout"
    leftovers = shutil.ignore_patterns(".git", "build*", "__pycache__", ".pytest_cache")
    shutil.copytree(ROOT, copy, symlinks=True,
                    ignore=lambda directory, names: leftovers(directory, names) if directory == str(ROOT) else
                    {name for name in names if name == "__pycache__"})
    git = ("git", "-C", copy, "-c", "user.name=nobody", "-c", "user.email=nobody@example.invalid")
    run("git", "-c", "init.defaultBranch=main", "init", "--quiet", copy)
    run(*git, "add", "--all")
    run(*git, "commit", "--quiet", "--message", "all of it")
    return copy


@pytest.fixture(scope="session")
def version():
    lines = (ROOT / "meson.build").read_text().splitlines()
    return next(line.split("'")[1] for line in lines if line.startswith("  version:"))


@pytest.fixture(scope="session")
def tarball(checkout, version):
    """What `meson dist` makes."""
    build = SCRATCH / "of-checkout"
    run("meson", "setup", "-Ddoctor=false", build, checkout)
    run("meson", "dist", "-C", build, "--no-tests", "--formats", "xztar")
    return build / "meson-dist" / f"uidmap-ng-{version}.tar.xz"


@pytest.fixture(scope="session")
def unpacked(tarball, version):
    directory = SCRATCH / "unpacked"
    directory.mkdir()
    run("tar", "--extract", "--file", tarball, "--directory", directory)
    return directory / f"uidmap-ng-{version}"


@pytest.fixture(scope="session")
def build(checkout):
    """Built deep in a directory beside the source, with another umask, language and time zone than the rpm, but with the
    options and flags that it is built with."""
    directory = SCRATCH / "some/where/else/build"
    environment = os.environ | {"CXXFLAGS": FLAGS, "LC_ALL": "C", "TZ": "Asia/Tokyo", "USER": "somebody"}
    meson_build(checkout, directory, "--prefix=/usr", "--libexecdir=libexec", "--buildtype=plain", "-Doptimization=2",
                "-Dstrip=false", env=environment, umask=0o077)
    return directory


@pytest.fixture(scope="session")
def rpm(tarball):
    """The rpm that rpmbuild(8) makes of the tarball."""
    top = SCRATCH / "rpm"
    (top / "SOURCES").mkdir(parents=True)
    (top / "SOURCES" / tarball.name).symlink_to(tarball)
    return rpmbuild(top, ROOT / "packaging/rpm/uidmap-ng.spec")


@pytest.fixture(scope="session")
def payload(rpm):
    """The files of the rpm."""
    directory = SCRATCH / "payload"
    directory.mkdir()
    run("rpm2archive", rpm)
    run("tar", "--extract", "--preserve-permissions", "--file", f"{rpm}.tgz", "--directory", directory)
    return directory
