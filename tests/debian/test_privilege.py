# SPDX-License-Identifier: BSD-3-Clause
"""What the administrator or the file system wants differently, and what image builders lose."""

import pytest

from machine import ADD_USER, CAPABILITIES, LOST, MAP, MAPPED, SETUID_ROOT, WITH_CAPABILITIES, group_id, is_as_configured, \
    mark, marks

PACKAGE = "/root/uidmap-ng.deb"
REINSTALL = ("dpkg", "--install", PACKAGE)
RECONFIGURE = ("dpkg-reconfigure", "uidmap-ng")

OVERRIDE = """
for program in newuidmap newgidmap; do
    dpkg-statoverride --update --add root "$1" "$2" /usr/bin/$program
done
"""
REMOVE_OVERRIDE = """
dpkg-statoverride --remove /usr/bin/newuidmap
dpkg-statoverride --remove /usr/bin/newgidmap
dpkg-reconfigure uidmap-ng
"""


def test_the_setuid_switch(root):
    """dpkg-statoverride makes the programs setuid root without a capability, for good, until it is taken back."""
    root.script(ADD_USER).succeeded()
    root.script(OVERRIDE, "root", "4755").succeeded()
    assert marks(root) == SETUID_ROOT
    assert root.script(MAP).succeeded().stdout == MAPPED
    for command in (REINSTALL, RECONFIGURE):
        outcome = root(*command).succeeded()
        assert marks(root) == SETUID_ROOT, str(outcome)
        assert "uidmap-ng: " not in outcome.stderr, str(outcome)
    root.script(REMOVE_OVERRIDE).succeeded()
    is_as_configured(root)


def test_for_a_group_alone(root):
    """Mode 4750 and a group let its members run the programs, and nobody else."""
    root.script(ADD_USER).succeeded()
    root.script(OVERRIDE, "alice", "4750").succeeded()
    root(*REINSTALL).succeeded()
    assert marks(root) == {tool: (0o4750, "0:4242", None) for tool in CAPABILITIES}
    assert root.script(MAP).succeeded().stdout == MAPPED
    # By a shell, because setpriv itself still has root's capabilities when it executes.
    refused = root("setpriv", "--reuid=4243", "--regid=4243", "--clear-groups", "sh", "-c", "newuidmap")
    assert refused.status == 127 and "Permission denied" in refused.stderr, str(refused)


def test_an_override_of_no_privilege(root):
    """Who took the setuid bit away by an override gets no capability in its place."""
    root.script(OVERRIDE, "root", "755").succeeded()
    root(*REINSTALL).succeeded()
    assert marks(root) == LOST


def test_overrides_outlive_the_package(root):
    """They are the administrator's: a purge leaves them, and an installation heeds them from the first moment."""
    root.script(OVERRIDE, "root", "4750").succeeded()
    root("dpkg-statoverride", "--update", "--add", "root", "root", "700", "/usr/libexec/uidmap-lookup").succeeded()
    root("dpkg", "--force-depends", "--purge", "uidmap-ng").succeeded()
    assert root("dpkg-statoverride", "--list").stdout.count("4750 /usr/bin/new") == 2
    root("dpkg", "--install", PACKAGE).succeeded()
    assert marks(root) == {tool: (0o4750, "0:0", None) for tool in CAPABILITIES}
    assert mark(root, "usr/libexec/uidmap-lookup") == (0o700, "0:0", None)


def test_no_extended_attributes(root):
    """On a file system without them (ramfs) the programs stay setuid root, a line says so, and they work."""
    root.script(ADD_USER).succeeded()
    outcome = root.script("""
        mount -t ramfs none /mnt
        cp -a /usr/bin/. /mnt
        mount --move /mnt /usr/bin
        "$@" > /dev/null
        stat --format='%a %U:%G %n' /usr/bin/newuidmap /usr/bin/newgidmap
        getcap /usr/bin/newuidmap /usr/bin/newgidmap
        """ + MAP, *REINSTALL).succeeded()
    assert outcome.stdout == "4755 root:root /usr/bin/newuidmap\n4755 root:root /usr/bin/newgidmap\n" + MAPPED
    said = [line for line in outcome.stderr.splitlines() if line.startswith("uidmap-ng: ")]
    assert said == [f"uidmap-ng: /usr/bin/new{one}map cannot have the file capability cap_set{one} here, so it stays setuid root"
                    for one in ("uid", "gid")]


@pytest.mark.parametrize("repair", [RECONFIGURE, REINSTALL], ids=["reconfigured", "reinstalled"])
def test_layers_that_lose_attributes(root, repair):
    """A tar without extended attributes takes the capabilities: a refusal and uidmap-doctor say so, and how to mend it."""
    root.script(ADD_USER).succeeded()
    root.script("""
        dpkg -L uidmap-ng | tar --no-recursion --files-from=- --create --absolute-names --file=/root/layer.tar
        tar --extract --absolute-names --preserve-permissions --file=/root/layer.tar
        """).succeeded()
    assert marks(root) == LOST
    assert mark(root, "usr/libexec/uidmap-lookup") == (0o2711, f"0:{group_id(root)}", None)
    refused = root.script(MAP)
    assert refused.stdout == "uid 1:\ngid 1:\n", str(refused)
    assert "copies and image layers lose them" in refused.stderr, str(refused)
    doctor = root("setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "uidmap-doctor")
    assert doctor.status == 1 and doctor.stdout.count("problem  helper-privilege") == 2, str(doctor)
    root(*repair).succeeded()
    assert marks(root) == WITH_CAPABILITIES
    assert root.script(MAP).succeeded().stdout == MAPPED
