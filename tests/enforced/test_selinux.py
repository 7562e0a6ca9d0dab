# SPDX-License-Identifier: BSD-3-Clause
"""The programs under Debian's SELinux policy with our module, enforcing."""

import re

import pytest

from expected import CONTAINER, INSTALLS, PLAIN, SAME, WHO, refused
from results import text

LABELLED = [f"{case}-{who}-{install}" for case in SAME for who in WHO for install in INSTALLS]
LABELLED += [f"container-unconfined-{install}" for install in INSTALLS]
CHANGES = {("user_t", "uidmap_ng_t"), ("unconfined_t", "uidmap_ng_t"), ("uidmap_ng_t", "uidmap_lookup_t"),
           ("uidmap_ng_t", "uidmap_audit_t"), ("uidmap_lookup_t", "chkpwd_t")}
# The module says of these, by dontaudit rules, that they are denied and nobody need know; those rules are off here.
KNOWN = {(source, target, "process", permission) for source, target in CHANGES
         for permission in ("noatsecure", "rlimitinh", "siginh")}
KNOWN |= {("uidmap_ng_t", "unconfined_t", "unix_dgram_socket", permission) for permission in ("read", "write")}


def denied(case):
    """What was denied to one of our domains, or about one: source, target, class, permission."""
    found = set()
    for line in case.denials:
        permissions, source, target, kind = re.search(
            r"denied +{ (.*) } .*scontext=\w+:\w+:(\w+):.* tcontext=\w+:\w+:(\w+):.* tclass=(\w+)", line).groups()
        if "uidmap_" in source + target or "map\"" in line:
            found |= {(source, target, kind, permission) for permission in permissions.split()}
    return found


@pytest.mark.parametrize("install", INSTALLS)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("case", SAME)
def test_same_as_without(cases, case, who, install):
    """Maps, refusals and messages are as they are where nothing is enforced, for unconfined and confined users."""
    result = cases[f"{case}-{who}-{install}"]
    assert result.output == SAME[case]
    assert result.status == "0"


@pytest.mark.parametrize("install", INSTALLS)
def test_container(cases, install):
    """Rootless Podman starts a container for an unconfined user."""
    result = cases[f"container-unconfined-{install}"]
    assert (result.output, result.status) == (CONTAINER, "0")
    assert [line.split("[")[0] for line in result.syslog][:2] == ["newuidmap", "newgidmap"]


@pytest.mark.parametrize("name", LABELLED)
def test_nothing_is_denied(cases, name):
    """Nothing that the programs do is denied, but for what the module denies without a word."""
    assert denied(cases[name]) - KNOWN == set()


@pytest.mark.parametrize("who", WHO)
def test_changes_are_seen(cases, who):
    """What is denied without a word shows that the audit log has denials, and that the domains were changed."""
    found = denied(cases[f"admitted-{who}-setuid"])
    for change in CHANGES - {("user_t", "uidmap_ng_t"), ("unconfined_t", "uidmap_ng_t")}:
        assert (*change, "process", "siginh") in found


# ---- without the module ------------------------------------------------------------------------------------------

SUSPECTED = refused("write to {k}_map failed: Operation not permitted",
                    "reason: the kernel refused the map although all that can be seen is right; SELinux, which is "
                    "enforcing, may have done so", "hint: see the kernel's log: dmesg, or ausearch -m avc")
CANNOT_START = refused("cannot start safely", "reason: prctl(PR_CAPBSET_DROP) failed: Operation not permitted",
                       "hint: a seccomp filter, a security module or a resource limit of the caller refuses it")


@pytest.mark.parametrize("install", INSTALLS)
def test_unlabelled_for_an_unconfined_user(cases, install):
    """Without labels, as without the module, an unconfined user has his map."""
    assert cases[f"unlabelled-unconfined-{install}"].output == PLAIN


@pytest.mark.parametrize("install, said, capability", (("fcaps", SUSPECTED, ("cap_userns", "sys_admin")),
                                                       ("setuid", CANNOT_START, ("capability", "setpcap"))))
def test_unlabelled_for_a_confined_user(cases, install, said, capability):
    """Without labels a confined user is denied the map, and is told that SELinux may be why."""
    result = cases[f"unlabelled-user-{install}"]
    assert result.output == said
    assert ("user_t", "user_t", *capability) in denied(result)


# ---- uid 0 of the host -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", WHO)
def test_host_root_is_denied(cases, who):
    """A grant of uid 0 is not enough: a boolean must be on as well."""
    result = cases[f"host-root-off-{who}-setuid"]
    assert result.output == SUSPECTED[:SUSPECTED.index("newgidmap")]
    assert denied(result) - KNOWN == {("uidmap_ng_t", "uidmap_ng_t", "capability", "setfcap")}


@pytest.mark.parametrize("who", WHO)
def test_host_root_is_allowed(cases, who):
    """With the boolean it is mapped."""
    result = cases[f"host-root-on-{who}-setuid"]
    assert result.output == "newuidmap: 0\n0 0 1\n"
    assert denied(result) - KNOWN == set()


# ---- on record ---------------------------------------------------------------------------------------------------

def records(case):
    """Of each record in the kernel's audit, the context of who sent it, and what it is about."""
    return [re.search(r" subj=(\S+) msg='(op=\S+).* reason=(\S+) .*res=(\w+)'", line).groups() for line in case.records]


def context(who, domain):
    return f"{who}_u:{who}_r:{domain}:s0"


@pytest.mark.parametrize("who", WHO)
def test_audit_records(cases, who):
    """A setuid root install sends a record of each map and each refusal, from the domain of uidmap-audit."""
    subject = context(who, "uidmap_audit_t")
    operations = ("op=map-uids", "op=map-gids")
    assert records(cases[f"map-{who}-setuid"]) == [(subject, op, "ok", "success") for op in operations]
    assert records(cases[f"refused-{who}-setuid"]) == [(subject, op, "policy-refused", "failed") for op in operations]


@pytest.mark.parametrize("who", WHO)
def test_no_audit_records_without_the_capability(cases, who):
    """An install with file capabilities sends none."""
    assert records(cases[f"map-{who}-fcaps"]) == []


@pytest.mark.parametrize("install", INSTALLS)
@pytest.mark.parametrize("who", WHO)
def test_syslog(cases, who, install):
    """rsyslog, in its own domain, has a line for each map."""
    lines = [re.sub(r"\d+", "N", line) for line in cases[f"map-{who}-{install}"].syslog]
    assert lines == [f"new{kind}map[N]: op=map-{kind}s uid=N acct=\"alice\" opid=N map=N:N:N source=files res=success"
                     for kind in ("uid", "gid")]


# ---- installing ---------------------------------------------------------------------------------------------------

def test_dpkg_gives_labels():
    """What dpkg unpacks while the policy is loaded has its label, and keeps it when it is given a mode and a capability."""
    assert text("labels").splitlines() == [f"/usr/local/bin/new{kind}map system_u:object_r:uidmap_ng_exec_t:s0"
                                           for kind in ("uid", "gid")]


# ---- what the module hides ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", WHO)
def test_grants_that_the_group_may_write(cases, who):
    """The kernel answers for the domain of the pair, which may write nothing, so the mode and the caller's groups count."""
    result = cases[f"writable-{who}-setuid"]
    assert result.output == (
        "newuidmap: 1\nnewuidmap: cannot open /etc/subuid: Operation not permitted\n"
        "newuidmap: reason: /etc/subuid may be written by the caller, through a group or an access control list\n"
        "newuidmap: hint: chmod g-w /etc/subuid, setfacl -b /etc/subuid\n"
        "newgidmap: 0\n0 100000 65536\n")
    assert denied(result) - KNOWN == {("uidmap_ng_t", "etc_t", "file", "write")}


@pytest.mark.parametrize("who", WHO)
def test_grants_that_another_group_may_write(cases, who):
    """Who is not in the group has his map."""
    assert cases[f"not-writable-{who}-setuid"].output == PLAIN


@pytest.mark.parametrize("who", WHO)
def test_grants_that_a_list_lets_the_caller_write(cases, who):
    """That an access control list lets alice write /etc/subuid is not seen, as SECURITY.md says."""
    result = cases[f"listed-{who}-setuid"]
    assert result.output == PLAIN
    assert denied(result) - KNOWN == {("uidmap_ng_t", "etc_t", "file", "write")}
