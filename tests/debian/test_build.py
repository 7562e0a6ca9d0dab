# SPDX-License-Identifier: BSD-3-Clause
"""packaging/build-deb, and what it makes."""

import shutil
import subprocess

import pytest

from roots import CHECKOUT, Layer

# lintian 2.116 does not know the field, which debhelper 13.11 gives to the -dbgsym package as well, and that cannot have
# an override.
LINTIAN_KNOWS_NO_BETTER = {"bookworm": "W: uidmap-ng-dbgsym: unknown-field Static-Built-Using\n", "trixie": ""}


@pytest.fixture(scope="session")
def linter(preparations):
    return preparations["build", "bookworm"].result().root


def test_it_says_where_the_packages_are(built):
    """The checkout was mounted read-only, so it is as it was."""
    names = {"uidmap-ng-dbgsym", "uidmap-ng", "uidmap-ng-selinux"}
    said = [line.rpartition("/") for line in built.outcome.stdout.splitlines()]
    assert {name.partition("_")[0] for _, _, name in said} == names, str(built.outcome)
    for directory, _, name in said:
        assert directory == "/output" and (built.output / name).is_file()


def test_special_modes(built):
    """The pair are setuid root in the archive, two programs cannot be read, and all of it is root's."""
    lines = subprocess.run(["dpkg-deb", "--contents", built.package], capture_output=True, check=True,
                           text=True).stdout.splitlines()
    fields = [line.split() for line in lines]
    assert {owner for _, owner, *_ in fields} == {"root/root"}
    special = {name: mode for mode, _, _, _, _, name, *_ in fields
               if mode not in ("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx")}
    assert special == {"./usr/bin/newuidmap": "-rwsr-xr-x", "./usr/bin/newgidmap": "-rwsr-xr-x",
                       "./usr/libexec/uidmap-lookup": "-rwx--x--x", "./usr/libexec/uidmap-audit": "-rwx--x--x"}


def test_what_is_linked_statically_is_named(built):
    field = subprocess.run(["dpkg-deb", "--field", built.package, "Static-Built-Using"], capture_output=True, check=True,
                           text=True).stdout
    sources = {one.split()[0].partition("-1")[0] for one in field.split(",")}
    assert sources == {"cli11", "gcc", "nlohmann-json3"}, field


def test_lintian(built, release, linter):
    """Nothing but what an override in the package answers with a reason, and no override without a use."""
    place = linter.path / "lint"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(built.output, place)
    outcome = linter.script("lintian --allow-root --display-info --suppress-tags spelling-error-in-binary /lint/*.changes")
    assert outcome.stdout == LINTIAN_KNOWS_NO_BETTER[release], str(outcome)


def test_what_is_missing_is_named(host):
    """Where the build cannot work, it says which command helps, and that command finds what it needs."""
    remedy = ["apt-get", "build-dep", str(CHECKOUT / "packaging")]
    with Layer(host) as root:
        outcome = root(CHECKOUT / "packaging/build-deb", "--output", "/root", binds=[CHECKOUT])
        assert outcome.status == 1 and " ".join(remedy) in outcome.stderr, str(outcome)
        simulated = root(*remedy, "--simulate", binds=[CHECKOUT]).succeeded()
    for package in ("build-essential", "debhelper", "libpam0g-dev", "meson"):
        assert f"\nInst {package} " in simulated.stdout, str(simulated)


def test_versions_agree(built):
    """A changelog that meson.build does not agree with stops it."""
    outcome = built.root.script("""
        mkdir /root/checkout
        cp -r "$1/packaging" "$1/meson.build" /root/checkout
        sed -i "1s/(.*)/(9.9)/" /root/checkout/packaging/debian/changelog
        /root/checkout/packaging/build-deb --output /root
        """, CHECKOUT, binds=[CHECKOUT])
    assert outcome.status == 1 and "packaging/debian/changelog says 9.9" in outcome.stderr, str(outcome)
