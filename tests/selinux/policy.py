# SPDX-License-Identifier: BSD-3-Clause
"""The answers that `query` left, as values."""

import os
import re
from dataclasses import dataclass

ANSWERS = os.environ["SELINUX_ANSWERS"]
PAIR, LOOKUP, AUDIT = DOMAINS = ("uidmap_ng_t", "uidmap_lookup_t", "uidmap_audit_t")
PROGRAMS = ("uidmap_ng_exec_t", "uidmap_lookup_exec_t", "uidmap_audit_exec_t")
CALLERS = ("staff_t", "sysadm_t", "unconfined_t", "user_t")
WAYS = ("as-source", "as-direct-source")


@dataclass(frozen=True)
class Rule:
    source: str
    target: str
    kind: str           # the class of what is accessed
    permissions: str    # sorted, with blanks between them
    condition: str      # a boolean and its state, or nothing


def answer(name):
    with open(f"{ANSWERS}/{name}") as file:
        return file.read()


def rules(name):
    """The rules that sesearch has listed."""
    found = set()
    for line in answer(name).splitlines():
        match = re.fullmatch(r"allow (\S+) (\S+):(\S+) (?:\{ (.*) \}|(\S+));(?: \[ (.+) \]:(\w+))?", line)
        assert match, line
        source, target, kind, many, one, boolean, state = match.groups()
        permissions = " ".join(sorted((many or one).split()))
        found.add(Rule(source, target, kind, permissions, f"{boolean}={state}" if boolean else ""))
    assert found
    return found


def of_kind(found, *kinds):
    """What remains of the rules for these classes: target, class, permissions, condition."""
    return {(rule.target, rule.kind, rule.permissions, rule.condition) for rule in found if rule.kind in kinds}


def that_allow(found, *permissions):
    return {rule for rule in found if set(rule.permissions.split()) & set(permissions)}
