# SPDX-License-Identifier: BSD-3-Clause
"""The rpm, and what becomes of it in a root of its own: a Debian 12, into which rpm(8) installs it by its scriptlets."""

import json
import os
import subprocess

import pytest
from conftest import ROOT, SCRATCH, output, rpmbuild, run

CAPABILITIES = {"newuidmap": "cap_setuid=ep", "newgidmap": "cap_setgid=ep"}
MODES = {"bin/newuidmap": "755 root:root", "bin/newgidmap": "755 root:root", "bin/getsubids": "755 root:root",
         "bin/uidmap-doctor": "755 root:root", "libexec/uidmap-audit": "711 root:root",
         "libexec/uidmap-lookup": "2711 root:_uidmap"}
# capabilities(7), "File capability extended attribute versioning": revision 2 with the effective bit, and one capability.
VALUES = {"newuidmap": "0100000280000000000000000000000000000000",
          "newgidmap": "0100000240000000000000000000000000000000"}


class Root:
    """A Debian with an rpm database of its own."""

    def __init__(self, path):
        self.path = path
        run(ROOT / "tests/support/debian-root", "bookworm", path, ROOT / "tests/dist/root-packages")
        self.rpm("--initdb")

    def rpm(self, *arguments, fails=False):
        done = subprocess.run(["rpm", "--root", self.path, *arguments], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    def install(self, package, *options, fails=False):
        """--nodeps, because Debian's packages are not in that database; Debian's rpm wants to be told twice."""
        return self.rpm("--force-debian", "--nodeps", "--install", *options, str(package), fails=fails)

    def capabilities(self):
        lines = output("getcap", "-r", self.path / "usr/bin").splitlines()
        return {os.path.basename(name): value for name, value in map(str.split, lines)}

    def modes(self):
        command = ["chroot", self.path, "stat", "--format=%n %a %U:%G", *(f"/usr/{name}" for name in MODES)]
        return dict(line.removeprefix("/usr/").split(" ", 1) for line in output(*command).splitlines())


@pytest.fixture(scope="module")
def root(rpm):
    made = Root(SCRATCH / "root")
    assert not [line for line in (made.path / "etc/group").read_text().splitlines() if line.startswith("_uidmap")]
    assert made.install(rpm) == ""
    return made


def test_capabilities_are_exact(root):
    assert root.capabilities() == CAPABILITIES
    for name, value in VALUES.items():
        assert os.getxattr(root.path / "usr/bin" / name, "security.capability").hex() == value


def test_modes_are_exact(root):
    """The group is made before the files are there."""
    assert root.modes() == MODES


def test_verifies(root):
    assert root.rpm("--verify", "--nodeps", "uidmap-ng") == ""


def test_programs_start(root):
    for name in CAPABILITIES:
        assert "uidmap-ng" in output("chroot", root.path, name, "--version")
        silent = subprocess.run(["chroot", root.path, name], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        assert silent.returncode == 1


def test_lost_capability(root):
    """rpm sees it and gives it back."""
    run("setcap", "-r", root.path / "usr/bin/newuidmap")
    assert root.rpm("--verify", "--nodeps", "uidmap-ng", fails=True).split() == ["........P", "/usr/bin/newuidmap"]
    root.rpm("--setcaps", "uidmap-ng")
    assert root.capabilities() == CAPABILITIES


def test_lost_mode_and_group(root):
    """Giving the owner back takes capabilities and set-id bits away, so the order matters."""
    lookup = root.path / "usr/libexec/uidmap-lookup"
    os.chown(lookup, 0, 0)
    assert root.rpm("--verify", "--nodeps", "uidmap-ng", fails=True).split() == [".M....G..", "/usr/libexec/uidmap-lookup"]
    for repair in ("--setugids", "--setperms", "--setcaps"):
        root.rpm(repair, "uidmap-ng")
    assert (root.modes(), root.capabilities()) == (MODES, CAPABILITIES)
    assert root.rpm("--verify", "--nodeps", "uidmap-ng") == ""


def test_installing_again(root, rpm):
    root.install(rpm, "--replacepkgs")
    assert (root.modes(), root.capabilities()) == (MODES, CAPABILITIES)


def test_requirements(rpm):
    """Nothing that rpm finds out by itself is a library of the pair, and what it needs of rpm is there."""
    needed = {line.split("(")[0].split(" ")[0] for line in output("rpm", "-qp", "--requires", rpm).splitlines()}
    assert {"/usr/sbin/groupadd", "/usr/bin/getent", "libaudit.so.1", "libpam.so.0"} <= needed
    assert "rpmlib(FileCaps)" in output("rpm", "-qp", "--requires", rpm)


def test_lists_what_is_installed(rpm, build):
    """%files has what meson installs, and beyond that documents and the group."""
    installed = set(json.loads(output("meson", "introspect", "--installed", build)).values())
    links = {f"/usr/share/{name}" for name in ("man/man1/newgidmap.1", "man/man5/subgid.5",
             "bash-completion/completions/newuidmap", "bash-completion/completions/newgidmap")}
    ignored = ("/usr/share/doc/", "/usr/share/licenses/", "/usr/lib/.build-id")
    listed = {path for path in output("rpm", "-qlp", rpm).split() if not path.startswith(ignored)}
    assert listed == installed | links | {"/usr/lib/sysusers.d/uidmap-ng.conf"}


SPEC = ROOT / "packaging/rpm/uidmap-ng.spec"
MACROS = ("relabel_pre", "relabel_post", "modules_install", "modules_uninstall")
CALLS = {"pre": "relabel_pre -s targeted", "posttrans": "relabel_post -s targeted",
         "post": "modules_install -s targeted /usr/share/selinux/packages/uidmap_ng.pp",
         "postun": "modules_uninstall -s targeted uidmap_ng"}


def rpmspec(*arguments):
    return subprocess.run(["rpmspec", *arguments, SPEC], stdin=subprocess.DEVNULL, text=True, capture_output=True)


def test_no_selinux_unless_asked_for():
    """One package, of which neither name nor build have to do with it."""
    assert rpmspec("--query", "--queryformat", "%{name}\\n").stdout.split() == ["uidmap-ng"]
    assert "-Dselinux=false" in rpmspec("--parse").stdout
    assert "selinux-policy" not in rpmspec("--query", "--buildrequires").stdout


def test_selinux_without_its_macros():
    """Where they are not, that is an error with words, and no package with the macros' names in its scriptlets."""
    done = rpmspec("--with", "selinux", "--parse")
    assert done.returncode != 0 and "needs the macros of selinux-policy-devel" in done.stderr


def test_selinux_with_its_macros():
    """Stand-ins for them show what they are called with, and when; the real ones are not here."""
    stand_ins = [word for name in MACROS for word in ("--define", f"selinux_{name}(s:) echo {name} -s %{{-s*}} %{{*}}")]
    asked = (*stand_ins, "--with", "selinux")
    assert rpmspec(*asked, "--query", "--queryformat", "%{name}.%{arch}\\n").stdout.split()[1] == "uidmap-ng-selinux.noarch"
    text = rpmspec(*asked, "--parse").stdout
    assert "-Dselinux=true" in text
    for scriptlet, call in CALLS.items():
        body = text.partition(f"\n%{scriptlet} selinux\n")[2].partition("\n%")[0]
        assert f"echo {call}" in " ".join(body.split()), scriptlet
    assert "if [ $1 -eq 0 ]" in text.partition("\n%postun selinux\n")[2]


SHADOW = """
Name: shadow-utils
Version: 2
Release: 1
Summary: A stand-in with the file that counts
License: BSD-3-Clause
BuildArch: noarch
%description
%install
install -D /dev/null %{buildroot}/usr/bin/newuidmap
%files
/usr/bin/newuidmap
"""


def test_beside_shadow_utils(root, rpm):
    """As the spec says of Fedora: rpm refuses to replace a file of shadow-utils."""
    top = SCRATCH / "stand-in"
    top.mkdir()
    (top / "shadow-utils.spec").write_text(SHADOW)
    other = rpmbuild(top, top / "shadow-utils.spec")
    root.rpm("--nodeps", "--erase", "uidmap-ng")
    assert root.capabilities() == {}
    root.install(other)
    said = root.install(rpm, fails=True)
    assert "/usr/bin/newuidmap" in said and "conflicts with file from package shadow-utils" in said
    assert root.capabilities() == {}
