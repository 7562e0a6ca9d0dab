# SPDX-License-Identifier: BSD-3-Clause
"""The AppArmor profiles in the package. No kernel is asked: tests/enforced has them in force, and they are these bytes."""

import pytest

from roots import CHECKOUT, Layer

PROFILES = "etc/apparmor.d/uidmap-ng"
LOCAL = "etc/apparmor.d/local/uidmap-ng"
DISABLED = "etc/apparmor.d/disable/uidmap-ng"
NAMES = ["uidmap-audit", "uidmap-lookup", "uidmap-ng"]
PACKAGE = "/root/uidmap-ng.deb"


@pytest.fixture(scope="module")
def with_parser(release, preparations, built):
    """A root with AppArmor's parser and the profiles that Debian has, and the package."""
    with Layer(preparations["mac", release].result()) as root:
        (root.path / PACKAGE[1:]).write_bytes(built.package.read_bytes())
        root("dpkg", "--install", PACKAGE).succeeded()
        yield root


def test_installed_where_there_is_no_apparmor(installed):
    """A conffile with the bytes of the sources, and a file for what is local; nobody minds that there is no parser."""
    path = installed.root.path
    assert not (path / "usr/sbin/apparmor_parser").exists() and not (path / "sbin/apparmor_parser").exists()
    assert (path / PROFILES).read_bytes() == (CHECKOUT / "packaging/apparmor/uidmap-ng").read_bytes()
    assert (path / LOCAL).read_bytes() == b""
    conffiles = installed.root("dpkg-query", "--show", "--showformat=${Conffiles}", "uidmap-ng").stdout.split()
    assert [name for name in conffiles if name.startswith("/")] == [f"/{PROFILES}"]
    assert "apparmor" not in installed.outcome.stderr, str(installed.outcome)


def test_parsed(with_parser):
    """The release's parser takes them, alone and with all that the release has, and each name is there once."""
    parse = ("apparmor_parser", "--skip-kernel-load", "--skip-cache")
    with_parser(*parse, f"/{PROFILES}").succeeded()
    with_parser(*parse, "/etc/apparmor.d").succeeded()
    assert with_parser("apparmor_parser", "--names", f"/{PROFILES}").succeeded().stdout.split() == NAMES
    everything = with_parser("apparmor_parser", "--names", "/etc/apparmor.d").succeeded().stdout.split()
    assert {everything.count(name) for name in NAMES} == {1}


def test_nobody_else_has_the_programs(with_parser):
    """No other profile of the release is for one of the programs."""
    outcome = with_parser.script("grep -rlE 'new[u{g,}]*idmap|uidmap-(lookup|audit)' /etc/apparmor.d").succeeded()
    assert outcome.stdout.split() == [f"/{PROFILES}"]


def test_switched_off_with_the_package(with_parser):
    """A removed package's conffile is there, but not for programs that uidmap has in the same place; installing it again switches
    it on; what an administrator has switched off stays off; a purge leaves nothing."""
    with Layer(with_parser) as root:
        disabled = root.path / DISABLED
        root("dpkg", "--remove", "uidmap-ng").succeeded()
        assert (root.path / PROFILES).exists() and disabled.is_symlink()
        assert "uidmap" not in root("apparmor_parser", "--skip-kernel-load", "--verbose", "/etc/apparmor.d").stdout
        root("dpkg", "--install", PACKAGE).succeeded()
        assert not disabled.is_symlink()
        disabled.symlink_to(f"/{PROFILES}")
        root("dpkg", "--remove", "uidmap-ng").succeeded()
        root("dpkg", "--install", PACKAGE).succeeded()
        assert str(disabled.readlink()) == f"/{PROFILES}"
        root("dpkg", "--purge", "uidmap-ng").succeeded()
        assert not disabled.is_symlink() and not (root.path / PROFILES).exists() and not (root.path / LOCAL).exists()


# What apparmor_parser(8) and aa-enabled(1) would be asked for where AppArmor runs.
SPIES = """
for program in aa-enabled apparmor_parser; do
    printf '#!/bin/sh\\necho "%s $*" >> /root/asked\\n' $program > /usr/local/bin/$program
    chmod 755 /usr/local/bin/$program
done
"""


def test_loaded_and_unloaded(with_parser):
    """Where AppArmor runs, the profiles are loaded at configuration, and taken out of the kernel when the programs go."""
    with Layer(with_parser) as root:
        root.script(SPIES).succeeded()
        change = "export PATH=/usr/local/bin:$PATH; "
        root.script(f"{change} dpkg --install {PACKAGE}; dpkg --purge uidmap-ng").succeeded()
        asked = [line for line in (root.path / "root/asked").read_text().splitlines() if line.startswith("apparmor_parser")]
        assert asked == [f"apparmor_parser -r -T -W /{PROFILES}", f"apparmor_parser --remove /{PROFILES}"]
