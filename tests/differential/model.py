# SPDX-License-Identifier: BSD-3-Clause
"""What must come of a case: by newuidmap(1) and subuid(5), and with rules of rules.py, as shadow 4.13 has it."""

import re

from cases import LONGEST_TEXT, MOST_EXTENTS, NO_ID, WHOLE, Outcome
from model_files import (Refused, accounts, aux_groups_count, check_file, covers, granted, name_services_fail,
                         services_of, text_of)
from number_forms import as_strtoul, plain_decimal


def predict(case, rules=frozenset()):
    """The outcome of a run of the tool, with the rules that are shadow's."""
    before = initial(case)
    try:
        done = _run(case, rules)
    except Refused as refusal:
        denied = refusal.late in rules and case.kind == "gid" and _must_deny(case, rules)
        return Outcome(1, before.map, "deny" if denied else before.setgroups)
    if done is None:
        return Outcome(0, before.map, before.setgroups)
    return Outcome(0, _on_host(case, done), "deny" if _must_deny(case, rules) else before.setgroups)


def initial(case):
    """The target before the run."""
    if case.state == "gone":
        return Outcome(0)
    own = case.target_uid if case.kind == "uid" else case.target_gid
    maps = {"written": ((own, own, 1),), "self": case.parent}.get(case.state, ())
    if case.state == "self" and case.parent != WHOLE:
        maps = tuple(case.parent)
    elif case.state == "written":
        maps = _on_host(case, maps)
    return Outcome(0, tuple(sorted(maps)), "deny" if case.state == "denied" else "allow")


def _on_host(case, extents):
    """As the tests' namespace sees it."""
    return tuple(sorted((inside, above + outside - first, count) for inside, outside, count in extents
                        for first, above, size in case.parent if first <= outside < first + size))


def _run(case, rules):
    """The extents that are written; None if nothing is asked for."""
    if case.words in (("--help",), ("--version",)) and "information" not in rules:
        return None
    extents = request(case, rules)
    if not extents and "no-triples" not in rules:
        return None
    entries = _check_sources(case, rules)
    _check_owner(case, entries, rules)
    ranges = granted(case, entries, rules)
    for _, outside, count in extents:
        if not covers(ranges, outside, outside + count - 1) and not (count == 1 and outside == _own_id(case)):
            raise Refused(f"{outside} is not granted")
    return _write(case, extents, rules)


def _own_id(case):
    return case.uid if case.kind == "uid" else case.gid


def _must_deny(case, rules):
    """newuidmap(1): newgidmap denies setgroups unless at least one triple is covered by a grant."""
    ranges = granted(case, accounts(case.files.get("passwd")), rules)
    wanted = request(case, rules) if case.kind == "gid" else ()
    return case.kind == "gid" and not any(covers(ranges, first, first + count - 1) for _, first, count in wanted)


# ---- the request ---------------------------------------------------------------------------------------------------

def request(case, rules):
    """The extents that the arguments stand for."""
    if not case.words:
        raise Refused("no target")
    _check_target_word(case, rules)
    numbers = case.words[1:]
    if len(numbers) % 3 != 0:
        raise Refused("no whole triples")
    read = as_strtoul if "argument-forms" in rules else plain_decimal
    values = [read(text) for text in numbers]
    if None in values:
        raise Refused("no number")
    extents = list(zip(values[0::3], values[1::3], values[2::3]))
    if any(count == 0 or inside + count > NO_ID or outside + count > NO_ID for inside, outside, count in extents):
        raise Refused("no such ids")
    if "kernel-judges" not in rules:
        check_limits(extents)
    return extents


def _check_target_word(case, rules):
    word = case.words[0]
    if word == "fd:{fd}" and "descriptor" not in rules:
        return
    blanks = "[ \t\n\v\f\r]*[+]?0*" if "argument-forms" in rules else ""
    if not re.fullmatch(blanks + "[{]pid[}]", word):
        raise Refused("no target")


def _is_process(case):
    """Whether there is a process, of which a pidfd says no more when it has ended."""
    if case.words[0] != "fd:{fd}":
        return case.state != "gone"
    dead = ("gone", "zombie") if case.form == "pidfd" else ("gone",)
    return case.form in ("directory", "path", "pidfd") and case.state not in dead


def check_limits(extents):
    """What the kernel says EINVAL of."""
    if len(extents) > MOST_EXTENTS:
        raise Refused("too many", "kernel-judges")
    for side in (0, 1):
        parts = sorted((extent[side], extent[2]) for extent in extents)
        if any(first + count > after for (first, count), (after, _) in zip(parts, parts[1:])):
            raise Refused("overlap", "kernel-judges")
    if not 0 < sum(len(f"{a} {b} {c}\n") for a, b, c in extents) <= LONGEST_TEXT and extents:
        raise Refused("too long", "kernel-judges")


# ---- who asks ------------------------------------------------------------------------------------------------------

def _check_sources(case, rules):
    """The accounts, if every file that counts can be believed."""
    nsswitch, passwd = (check_file(case, name, rules) for name in ("nsswitch.conf", "passwd"))
    if nsswitch and nsswitch.type == "directory":
        raise Refused("libc cannot read where accounts are")
    if name_services_fail(nsswitch, passwd):
        raise Refused("no name service answers")
    if any(service != "files" for service in services_of("subid", nsswitch)) and "plugin" not in rules:
        raise Refused("a plugin")
    grants = check_file(case, f"sub{case.kind}", rules)
    if "missing-file" in rules and grants is None:
        raise Refused("no grant file")
    if grants and (grants.type == "link" and "symbolic-link" in rules or grants.type == "directory"):
        raise Refused("no file to open")
    text_of(grants, rules)
    return accounts(passwd)


def _check_owner(case, entries, rules):
    account = next((entry for entry in entries if entry.uid == case.uid), None)
    if account is None and "no-account" in rules:
        raise Refused("no account")
    if not _is_process(case):
        raise Refused("no process")
    if case.target_uid != case.uid or case.target_gid != case.gid:
        raise Refused("somebody else's")
    in_other_group = account is not None and account.gid != case.gid
    if in_other_group or "login-defs" in rules:
        if case.files.get("login.defs") and case.files["login.defs"].type == "directory":
            raise Refused("login.defs")
        login_defs = check_file(case, "login.defs", rules)
        if in_other_group and not aux_groups_count(login_defs):
            raise Refused("not the primary group")


# ---- the kernel ----------------------------------------------------------------------------------------------------

def _write(case, extents, rules):
    """user_namespaces(7), as far as it depends on the target and the privilege."""
    if case.state in ("self", "written"):
        raise Refused("has its map")
    if case.state == "guest" and case.uid != 0 and "foreign-namespace" not in rules:
        raise Refused("not the caller's namespace")
    if case.uid != 0:
        if case.state == "non-dumpable" and "opens-as-root" not in rules:
            raise Refused("not dumpable")
        if case.state == "zombie" and "zombie" not in rules:
            raise Refused("has ended")
    needs_setfcap = case.kind == "uid" and any(outside == 0 for _, outside, _ in extents)
    if needs_setfcap and case.mode == "fcaps" and case.uid != 0 and "outside-zero" not in rules:
        raise Refused("outside 0")
    if case.state == "grandchild":
        raise Refused("not a child namespace", "deny-remains")
    check_limits(extents)
    if not extents:
        raise Refused("an empty map", "no-triples")
    return _fit(case, extents, rules)


def _fit(case, extents, rules):
    """Cut where the pieces of the parent's map end."""
    pieces = []
    for inside, outside, count in extents:
        found = 0
        for first, _, size in case.parent:
            begin, end = max(outside, first), min(outside + count, first + size)
            if begin < end:
                pieces.append((inside + begin - outside, begin, end - begin))
                found += end - begin
        if found != count or "whole-triples" in rules and pieces[-1] != (inside, outside, count):
            raise Refused("not in one line of the parent's map", "deny-remains")
    check_limits(pieces)
    return pieces
