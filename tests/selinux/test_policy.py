# SPDX-License-Identifier: BSD-3-Clause
"""What the module allows in Debian's policy, literally, and that there is nothing beside it."""

import pytest

from policy import AUDIT, CALLERS, DOMAINS, LOOKUP, PAIR, PROGRAMS, WAYS, answer, of_kind, rules, that_allow

CAPABILITIES = ("capability", "capability2", "cap_userns", "cap2_userns")
HOST_ROOT = "uidmap_ng_map_host_root=True"


def test_compiles_without_a_warning():
    """The compiler says what it does, and nothing else."""
    said = [line for line in answer("compiler").splitlines() if "duplicate definition" not in line]
    assert said == ["Compiling default uidmap_ng module", "Creating default uidmap_ng.pp policy package"]


EXPECTED_CAPABILITIES = {
    PAIR: {(PAIR, "capability", "setgid setpcap setuid", ""),
           (PAIR, "capability", "setfcap", HOST_ROOT),
           (PAIR, "cap_userns", "setfcap setgid setpcap setuid sys_admin sys_ptrace", "")},
    # Debian's policy adds it for every program that uses name services, while NIS is allowed.
    LOOKUP: {(LOOKUP, "capability", "net_bind_service", "allow_ypbind=True")},
    AUDIT: {(AUDIT, "capability", "audit_write", "")},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_capabilities(domain, way):
    """Each domain has these, and no attribute brings another one: no dac_override, and no sys_admin on the host."""
    found = rules(f"{domain}.{way}")
    assert of_kind(found, *CAPABILITIES) == EXPECTED_CAPABILITIES[domain]
    assert {rule.kind for rule in that_allow(found, "sys_admin", "dac_override", "dac_read_search")} <= {"cap_userns"}


def test_host_root_is_switched_off():
    """What maps uid 0 of the host must be switched on by somebody."""
    assert "bool uidmap_ng_map_host_root false;" in answer("booleans")


EXPECTED_PROCESS = {
    PAIR: {(PAIR, "fork getcap setcap setrlimit sigchld"),
           (LOOKUP, "ptrace sigkill transition"), (AUDIT, "ptrace sigkill transition"),
           ("init_t", "sigchld signull"), *((caller, "sigchld") for caller in CALLERS)},
    LOOKUP: {(LOOKUP, "fork getcap setcap sigchld sigkill"), (PAIR, "sigchld"), ("chkpwd_t", "transition"),
             ("init_t", "sigchld signull")},
    AUDIT: {(AUDIT, "fork getcap setcap sigchld"), (PAIR, "sigchld"), ("init_t", "sigchld signull")},
}


@pytest.mark.parametrize("domain", DOMAINS)
def test_processes(domain):
    """What a domain may do to processes: none can set its context or that of another one."""
    direct = of_kind(rules(f"{domain}.as-direct-source"), "process", "process2")
    assert {(target, permissions) for target, _, permissions, _ in direct} == EXPECTED_PROCESS[domain]
    inherited = of_kind(rules(f"{domain}.as-source") - rules(f"{domain}.as-direct-source"), "process", "process2")
    assert {permissions for _, _, permissions, _ in inherited} <= {"sigchld"}


WRITING = ("write", "append", "create", "unlink", "setattr", "relabelto", "relabelfrom", "rename", "link", "mounton")
TERMINALS = {"console_device_t", "user_devpts_t", "user_tty_device_t", "devtty_t", "null_device_t", "zero_device_t"}
EXPECTED_WRITTEN = {
    PAIR: {("file", target) for target in (PAIR, *CALLERS, "user_home_t", "user_tmp_t")} |
          {("chr_file", target) for target in TERMINALS} | {("sock_file", "devlog_t")} |
          {("fifo_file", target) for target in CALLERS} | {("sock_file", "setrans_runtime_t"), ("fifo_file", "sshd_t")},
    AUDIT: {("file", AUDIT), ("fifo_file", PAIR)} | {("chr_file", f"{name}_device_t") for name in ("null", "zero")} |
           {("chr_file", "devtty_t"), ("sock_file", "setrans_runtime_t"), ("fifo_file", "sshd_t")},
}
FILES = ("file", "dir", "lnk_file", "chr_file", "blk_file", "sock_file", "fifo_file")


@pytest.mark.parametrize("domain", EXPECTED_WRITTEN)
def test_written_files(domain):
    """What a domain may write: files of /proc of its callers, terminals, the log, and what a caller has opened."""
    found = that_allow(rules(f"{domain}.as-source"), *WRITING)
    assert {(rule.kind, rule.target) for rule in found if rule.kind in FILES} == EXPECTED_WRITTEN[domain]
    opened = {rule.target for rule in that_allow(found, "open") if rule.kind == "file"}
    assert opened == {domain, *CALLERS} if domain == PAIR else {domain}


def test_executed_files():
    """The pair executes two programs; nothing is executed without a change of domain, but what the loader maps."""
    for domain in DOMAINS:
        found = rules(f"{domain}.as-source")
        assert {rule.target for rule in that_allow(found, "execute_no_trans")} == set()
        own = f"{domain[:-2]}_exec_t"
        started = {"uidmap_ng_t": set(PROGRAMS), "uidmap_lookup_t": {own, "chkpwd_exec_t"}}.get(domain, {own})
        libraries = {"ld_so_t", "lib_t", "textrel_shlib_t"}
        assert {rule.target for rule in that_allow(found, "execute") if rule.kind == "file"} == started | libraries


def test_no_network_but_in_lookup():
    """The pair has local sockets only, and uidmap-audit that of audit."""
    sockets = {domain: {rule.kind for rule in rules(f"{domain}.as-source") if rule.source == rule.target == domain
                        and rule.kind.endswith("socket")} for domain in (PAIR, AUDIT)}
    assert sockets == {PAIR: {"unix_dgram_socket", "unix_stream_socket"},
                       AUDIT: {"netlink_audit_socket", "unix_stream_socket"}}


def test_transitions():
    """The callers' programs become the pair, which becomes the two others; pam_unix asks unix_chkpwd."""
    expected = {f"type_transition {caller} uidmap_ng_exec_t:process uidmap_ng_t;" for caller in CALLERS}
    expected |= {f"type_transition {PAIR} uidmap_{name}_exec_t:process uidmap_{name}_t;" for name in ("lookup", "audit")}
    expected |= {f"type_transition {LOOKUP} chkpwd_exec_t:process chkpwd_t;"}
    assert set(answer("transitions").splitlines()) == expected


def who_may(domain, permission):
    return {rule.source for rule in that_allow(rules(f"{domain}.as-target"), permission) if rule.kind == "process"}


def test_who_may_enter():
    """Only by executing the programs, and only from where the interface was called; unconfined domains may all."""
    expected = {PAIR: set(CALLERS), LOOKUP: {PAIR}, AUDIT: {PAIR}}
    assert {domain: who_may(domain, "transition") - {"unconfined_domain_type"} for domain in DOMAINS} == expected
    for domain, program in zip(DOMAINS, PROGRAMS):
        assert {rule.source for rule in that_allow(rules(f"{program}.as-target"), "entrypoint")} <= {
            domain, "unconfined_domain_type"}


@pytest.mark.parametrize("domain", DOMAINS)
def test_who_may_trace(domain):
    """Who may look into a process: not its callers, but for unconfined ones, and administrators' if that is allowed."""
    expected = {"unconfined_domain_type", "sysadm_t"} | (set() if domain == PAIR else {PAIR})
    assert who_may(domain, "ptrace") == expected
    for permission in ("noatsecure", "setcurrent", "dyntransition"):
        assert who_may(domain, permission) <= {"unconfined_domain_type"}


def test_roles():
    """Each caller's role may have all three types."""
    roles = {block.split()[0]: block.split() for block in answer("roles").split("role ")[1:]}
    for role in ("staff_r", "sysadm_r", "unconfined_r", "user_r"):
        assert set(DOMAINS) <= set(roles[role]), role
    assert not set(DOMAINS) & set(roles.get("guest_r", ()))


def test_nothing_is_permissive():
    assert not any(domain in answer("permissive") for domain in DOMAINS)


def contexts(name):
    return {line.split("\t")[0]: line.split(":")[2] for line in answer(name).splitlines()}


def test_file_contexts():
    """The four programs, in both prefixes, and nothing else."""
    expected = {f"{prefix}/{place}": label for prefix in ("/usr", "/usr/local") for place, label in (
        ("bin/newuidmap", "uidmap_ng_exec_t"), ("bin/newgidmap", "uidmap_ng_exec_t"),
        ("libexec/uidmap-lookup", "uidmap_lookup_exec_t"), ("libexec/uidmap-audit", "uidmap_audit_exec_t"))}
    before, after = contexts("contexts.before"), contexts("contexts")
    assert {place: label for place, label in after.items() if before[place] != label} == expected
    assert set(before) > set(expected)
