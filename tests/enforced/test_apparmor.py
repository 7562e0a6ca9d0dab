# SPDX-License-Identifier: BSD-3-Clause
"""The programs under AppArmor with the profiles of packaging/apparmor, enforcing, on Debian's kernel."""

import re

import pytest

from expected import CONTAINER, INSTALLS, SAME
from results import kernel_log, text

WITHIN = [f"{case}-user-{install}" for case in (*SAME, "container") for install in INSTALLS] + ["host-root-user-setuid"]


def denied(case):
    """What was denied, to whom: profile, operation, name."""
    return [(*re.search(r' operation="(\w+)" .*profile="([^"]*)"', line).groups(),
             (re.search(r' name="([^"]*)"', line) or [line, ""])[1]) for line in case.apparmor]


def test_profiles_enforce():
    """The kernel has the three profiles, and enforces them."""
    names = ("uidmap-audit", "uidmap-lookup", "uidmap-ng")
    assert sorted(text("profiles").splitlines()) == [f"{name} (enforce)" for name in names]
    assert "AppArmor" in kernel_log()


def test_no_restriction_of_namespaces():
    """Ubuntu's switch is not in this kernel, as README says: what it does is untried."""
    assert "/proc/sys/kernel/unprivileged_userns_clone" in text("switches").splitlines()
    assert "apparmor_restrict_unprivileged_userns" not in text("switches")


@pytest.mark.parametrize("install", INSTALLS)
@pytest.mark.parametrize("case", SAME)
def test_same_as_without(cases, case, install):
    """Maps, refusals and messages are as they are where nothing is enforced."""
    result = cases[f"{case}-user-{install}"]
    assert result.output == SAME[case]
    assert result.status == "0"


@pytest.mark.parametrize("install", INSTALLS)
def test_container(cases, install):
    """Rootless Podman starts a container."""
    result = cases[f"container-user-{install}"]
    assert (result.output, result.status) == (CONTAINER, "0")
    assert [line.split("[")[0] for line in result.syslog][:2] == ["newuidmap", "newgidmap"]


def test_host_root(cases):
    """Uid 0 of the host is mapped where it is granted."""
    assert cases["host-root-user-setuid"].output == "newuidmap: 0\n0 0 1\n"


@pytest.mark.parametrize("name", WITHIN)
def test_nothing_is_denied(cases, name):
    """Nothing that the programs do is denied."""
    assert denied(cases[name]) == []


@pytest.mark.parametrize("install", INSTALLS)
def test_beyond_is_denied(cases, install):
    """What the profile does not name cannot be read: it is in force."""
    result = cases[f"elsewhere-user-{install}"]
    assert result.output == (
        "newuidmap: 1\nnewuidmap: cannot open /etc/subuid: Permission denied\n"
        "newuidmap: reason: /etc/subuid cannot be read by the caller, although its mode lets everybody read it\n"
        "newuidmap: hint: an access control list (getfacl /etc/subuid) or a security module forbids it; see the kernel's "
        "log: dmesg, or ausearch -m avc\n"
        "newgidmap: 0\n0 100000 65536\n")
    assert denied(result) == [("open", "uidmap-ng", "/srv/subuid")]


def test_programs_of_shadow(cases):
    """Debian's pair, at a path of the profile's as in a container that has it, works in it as well."""
    result = cases["foreign-user"]
    assert (result.output, denied(result)) == (SAME["map"], [])


def test_audit_records(cases):
    """A setuid root install sends records, from the profile of uidmap-audit; one with file capabilities none."""
    found = [re.search(r" subj=(\S+) .*msg='(op=\S+).* reason=(\S+) .*res=(\w+)'", line).groups()
             for line in cases["map-user-setuid"].records]
    assert found == [("uidmap-audit", op, "ok", "success") for op in ("op=map-uids", "op=map-gids")]
    assert cases["map-user-fcaps"].records == []


@pytest.mark.parametrize("install", INSTALLS)
def test_syslog(cases, install):
    """rsyslog has a line for each map."""
    lines = [re.sub(r"\d+", "N", line) for line in cases[f"map-user-{install}"].syslog]
    assert lines == [f"new{kind}map[N]: op=map-{kind}s uid=N acct=\"alice\" opid=N map=N:N:N source=files res=success"
                     for kind in ("uid", "gid")]
