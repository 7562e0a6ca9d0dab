# SPDX-License-Identifier: BSD-3-Clause
"""The package comes, is renewed and goes, on a Debian with those who need its programs."""

import pytest

from machine import ADD_USER, CAPABILITIES, MAP, MAPPED, SETUID_ROOT, group_id, is_as_configured, marks, newer
from roots import Layer

PACKAGE = "/root/uidmap-ng.deb"
DEPENDANTS = ("buildah", "lxc", "podman", "rootlesskit")


def status_of(root, package):
    return root("dpkg-query", "--show", "--showformat=${db:Status-Status}", package).stdout


def test_it_replaces_uidmap(installed):
    """apt installs it and removes uidmap, and nothing else; what names uidmap stays, and apt has nothing to correct."""
    outcome = installed.outcome.succeeded()
    removed = outcome.stdout.partition("The following packages will be REMOVED:\n")[2].partition("\n")[0].split()
    removed = removed or outcome.stdout.partition("REMOVING:\n")[2].partition("\n")[0].split()
    assert removed == ["uidmap"], str(outcome)
    for package in (*DEPENDANTS, "uidmap-ng"):
        assert status_of(installed.root, package) == "installed", package
    assert status_of(installed.root, "uidmap") != "installed"
    installed.root("apt-get", "check").succeeded()
    proposal = installed.root("apt-get", "--simulate", "dist-upgrade").succeeded().stdout
    assert "uidmap" not in proposal, proposal


def test_privileges_are_exact(installed):
    """The capabilities byte by byte, no setuid bit, uidmap-lookup with its group; configuring had nothing to say."""
    is_as_configured(installed.root)
    assert "uidmap-ng: " not in installed.outcome.stdout + installed.outcome.stderr


def test_an_ordinary_user_gets_his_map(root):
    """All that he is granted, read back from the kernel, and uidmap-doctor finds no problem for him."""
    root.script(ADD_USER).succeeded()
    assert root.script(MAP).succeeded().stdout == MAPPED
    assert "uidmap-ng" in root("newuidmap", "--version").stdout
    root("setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "uidmap-doctor").succeeded()


def test_it_works_from_unpacking_on(host, built):
    """Unpacked and not configured, the programs are setuid root and work."""
    with Layer(host) as root:
        (root.path / PACKAGE[1:]).write_bytes(built.package.read_bytes())
        root.script(ADD_USER).succeeded()
        root.script(f"apt-get --yes install $(dpkg-deb --field {PACKAGE} Depends | sed 's/([^)]*)//g; s/,//g')").succeeded()
        root("dpkg", "--remove", "--force-depends", "uidmap").succeeded()
        root("dpkg", "--unpack", PACKAGE).succeeded()
        assert marks(root) == SETUID_ROOT
        assert root.script(MAP).succeeded().stdout == MAPPED
        root("dpkg", "--configure", "uidmap-ng").succeeded()
        is_as_configured(root)
        assert root.script(MAP).succeeded().stdout == MAPPED


def test_reinstalled(root):
    """A reinstallation leaves all as it was, and the group its number."""
    group = group_id(root)
    root("apt-get", "--yes", "install", "--reinstall", PACKAGE).succeeded()
    is_as_configured(root)
    assert group_id(root) == group


def test_upgraded(root, built, tmp_path):
    """So does a newer version."""
    (root.path / "root/newer.deb").write_bytes(newer(built.package, tmp_path))
    group = group_id(root)
    root("apt-get", "--yes", "install", "/root/newer.deb").succeeded()
    assert root("dpkg-query", "--show", "--showformat=${Version}", "uidmap-ng").stdout.startswith("9:")
    is_as_configured(root)
    assert group_id(root) == group
    root.script(ADD_USER).succeeded()
    assert root.script(MAP).succeeded().stdout == MAPPED


@pytest.mark.parametrize("steps", [("purge",), ("remove", "purge")])
def test_purged(root, steps):
    """Of a package that was removed the group is left, and of one that was purged nothing."""
    for step in steps:
        root("dpkg", "--force-depends", f"--{step}", "uidmap-ng").succeeded()
        assert (group_id(root) is None) == (step == "purge")
    found = root.script("""
        rm /root/uidmap-ng.deb
        find / -xdev \\( -path /var/log -o -path /var/cache/apt -o -path /proc \\) -prune -o \\
            \\( -name '*uidmap*' -o -name getsubids \\) -print
        getcap -r /usr
        grep -l _uidmap /etc/group /etc/gshadow /etc/passwd /var/lib/dpkg/statoverride /var/lib/dpkg/diversions || true
        dpkg-query --show uidmap-ng 2>&1 || true
        """).succeeded().stdout
    assert found == "dpkg-query: no packages found matching uidmap-ng\n"


def test_back_to_uidmap(root, host):
    """"apt-get install uidmap" puts Debian's programs back as they were, and those who need them stay."""
    root("apt-get", "--yes", "install", "uidmap").succeeded()
    assert status_of(root, "uidmap-ng") == "config-files"
    for package in (*DEPENDANTS, "uidmap"):
        assert status_of(root, package) == "installed", package
    assert marks(root) == SETUID_ROOT
    for tool in CAPABILITIES:
        path = f"usr/bin/{tool}"
        assert (root.path / path).read_bytes() == (host.path / path).read_bytes()
    root("apt-get", "check").succeeded()
    root("dpkg", "--purge", "uidmap-ng").succeeded()
    assert group_id(root) is None
    assert marks(root) == SETUID_ROOT


def test_pages_and_examples(installed):
    """Every manual page can be found by its name, passwd's subuid(5) is untouched, PAM examples are in force nowhere."""
    path = installed.root.path
    for page in ("man1/newuidmap.1", "man1/newgidmap.1", "man1/getsubids.1", "man1/uidmap-doctor.1",
                 "man5/subuid.5uidmap-ng", "man5/subgid.5uidmap-ng", "man7/uidmap-records.7"):
        assert (path / f"usr/share/man/{page}.gz").exists(), page
    assert installed.root("dpkg-query", "--search", "/usr/share/man/man5/subuid.5.gz").stdout.startswith("passwd:")
    assert sorted(one.name for one in (path / "usr/share/doc/uidmap-ng/examples/pam").iterdir()) == [
        "README.md", "access.example", "listfile.example", "time.example"]
    assert not list((path / "etc/pam.d").glob("new?idmap"))
