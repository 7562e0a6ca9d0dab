# SPDX-License-Identifier: BSD-3-Clause
"""uidmap-ng-selinux: its module comes into Debian's policy and goes, where SELinux is not enabled, as in every chroot."""

import pytest

from machine import is_as_configured, newer
from roots import CHECKOUT, Layer

LABELS = {"/usr/bin/newuidmap": "uidmap_ng_exec_t", "/usr/bin/newgidmap": "uidmap_ng_exec_t",
          "/usr/libexec/uidmap-lookup": "uidmap_lookup_exec_t", "/usr/libexec/uidmap-audit": "uidmap_audit_exec_t"}
STORE = "var/lib/selinux/default/active/modules"
CONTEXTS = "etc/selinux/default/contexts/files/file_contexts"
INSTALL = ("dpkg", "--install", "/root/uidmap-ng.deb", "/root/uidmap-ng-selinux.deb")
# A module of somebody else's that lets his domain run the pair.
CALLER = """
policy_module(caller, 1.0)
type caller_t;
type caller_exec_t;
application_domain(caller_t, caller_exec_t)
role system_r types caller_t;
uidmap_ng_run(caller_t, system_r)
"""


def is_in_policy(root):
    """The module is in the store, at the package's priority, and what is made of the store has its contexts."""
    modules = {path.relative_to(root.path / STORE).as_posix() for path in (root.path / STORE).glob("*/uidmap_ng")}
    found = dict.fromkeys(LABELS)
    for line in (root.path / CONTEXTS).read_text().splitlines():
        if line.split("\t")[0] in LABELS:
            found[line.split("\t")[0]] = line.split(":")[2]
    assert (modules, found) in (({"200/uidmap_ng"}, LABELS), (set(), dict.fromkeys(LABELS)))
    return bool(modules)


def quietly(outcome):
    """Nothing of ours has had anything to say; semodule(8) itself may."""
    assert "uidmap-ng" not in outcome.succeeded().stderr, str(outcome)


@pytest.fixture(scope="module")
def with_policy(release, preparations, built):
    """A root with Debian's policy and both packages."""
    with Layer(preparations["mac", release].result()) as root:
        for name, package in (("uidmap-ng", built.package), ("uidmap-ng-selinux", built.module)):
            (root.path / f"root/{name}.deb").write_bytes(package.read_bytes())
        outcome = root(*INSTALL)
        yield root, outcome


@pytest.fixture
def root(with_policy):
    """The test's own."""
    root, outcome = with_policy
    outcome.succeeded()
    with Layer(root) as own:
        yield own


def test_installed(with_policy):
    """The policy has the module, and the programs are what they are without it."""
    root, outcome = with_policy
    quietly(outcome)
    assert is_in_policy(root)
    is_as_configured(root)


def test_the_module_is_that_of_the_sources(root):
    """make-module, which the suites selinux and enforced use, makes the same bytes."""
    root.script("""
        cp -r "$1/selinux" /root
        cd /root/selinux
        ./make-module made.pp uidmap_ng.te uidmap_ng.fc uidmap_ng.if
        cmp made.pp /usr/share/selinux/packages/uidmap_ng.pp
        """, CHECKOUT, binds=[CHECKOUT]).succeeded()


def test_the_interface_is_found(root):
    """A module of somebody else's that calls it can be made."""
    root.script("""
        mkdir /root/caller
        cd /root/caller
        echo "$1" > caller.te
        make -f /usr/share/selinux/devel/Makefile caller.pp
        """, CALLER).succeeded()


def test_upgrades_of_the_policy_leave_it(root):
    """selinux-policy-default removes modules that it does not know from its own priority, which is not the package's."""
    root("grep", "-qx", "priority=100", "/var/lib/dpkg/info/selinux-policy-default.postinst").succeeded()


def test_renewed_and_purged(root, built, tmp_path):
    """A newer version leaves its module in place; with the programs, all of it goes."""
    (root.path / "root/newer.deb").write_bytes(newer(built.module, tmp_path))
    quietly(root("dpkg", "--install", "/root/newer.deb"))
    assert is_in_policy(root)
    quietly(root("dpkg", "--purge", "uidmap-ng-selinux", "uidmap-ng"))
    assert not is_in_policy(root)
    found = root.script("find / -xdev -path /proc -prune -o -path /root -prune -o -name '*uidmap[-_]ng*' -print").succeeded()
    assert found.stdout == ""


@pytest.mark.parametrize("how", ("remove", "purge"))
def test_the_policy_goes_before(root, how):
    """Removing goes well when what the package depends on is gone, and takes the module out if there is what it is in."""
    root("dpkg", "--force-depends", f"--{how}", "selinux-policy-default").succeeded()
    quietly(root("dpkg", "--purge", "uidmap-ng-selinux"))
    assert not list((root.path / STORE).glob("*/uidmap_ng"))


def test_the_tools_go_before(root):
    """Without semodule(8) the module is left, which is said, and nothing fails."""
    root("dpkg", "--force-depends", "--remove", "selinux-policy-default", "policycoreutils").succeeded()
    outcome = root("dpkg", "--purge", "uidmap-ng-selinux").succeeded()
    assert "uidmap-ng-selinux: the module uidmap_ng is left in the policy" in outcome.stderr, str(outcome)
