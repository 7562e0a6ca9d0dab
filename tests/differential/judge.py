# SPDX-License-Identifier: BSD-3-Clause
"""Runs cases on both pairs and judges what comes of them."""

import dataclasses
import shlex
import time
from collections import Counter
from dataclasses import dataclass, field

from cases import Case
from generate import generate
from model import initial, predict
from oracle import too_much
from rules import RULES
from shrink import smaller
from stage import run_pair

ALL = frozenset(RULES)
PATIENCE = 10  # seconds between two signs of life
MOST_FAILURES = 3


@dataclass(frozen=True)
class Verdict:
    """What is wrong, if anything; the rules by which the outcomes differ; and what is worth telling."""
    wrong: str
    used: frozenset
    outcomes: tuple
    said: tuple


def judge(case):
    (ours, debians), said = run_pair(case)
    expected, expected_of_debian = predict(case), predict(case, ALL)
    used = needed_rules(case, debians) if ours != debians and debians == expected_of_debian else frozenset()
    return Verdict(_fault(case, ours, debians, expected, expected_of_debian, used), used, (ours, debians), said)


def _fault(case, ours, debians, expected, expected_of_debian, used):
    if too_much(case, ours):
        return f"ours {too_much(case, ours)}"
    if ours != expected:
        return f"ours does not do what the manual pages say, which is {expected}"
    if debians != expected_of_debian:
        return f"Debian's differs, or agrees, where rules.py says otherwise: {expected_of_debian}"
    if too_much(case, debians) and not any(RULES[name].wider for name in used):
        return f"Debian's {too_much(case, debians)}, by no rule that says so"
    if any(outcome.status not in (0, 1) for outcome in (ours, debians)):
        return "an exit status that does not exist"
    if ours.status == 1 and dataclasses.replace(ours, status=0) != initial(case):
        return "ours refuses, and has changed something"
    return ""


def needed_rules(case, outcome):
    """A set of rules of which none can be left out if the model is to say this outcome."""
    rules = set(ALL)
    for name in RULES:
        if predict(case, frozenset(rules - {name})) == outcome:
            rules.remove(name)
    return frozenset(rules)


@dataclass
class Tally:
    """What a number of cases has come to."""
    cases: int = 0
    accepted: Counter = field(default_factory=Counter)
    differing: int = 0
    used: Counter = field(default_factory=Counter)
    failures: list = field(default_factory=list)

    def add(self, verdict):
        self.cases += 1
        for name, outcome in zip(("ours", "debian"), verdict.outcomes):
            self.accepted[name] += outcome.status == 0
        self.differing += verdict.outcomes[0] != verdict.outcomes[1]
        self.used.update(verdict.used)

    def __str__(self):
        share = {name: f"{100 * count / max(self.cases, 1):.0f} %" for name, count in self.accepted.items()}
        return (f"{self.cases} cases, exit status 0: ours {share.get('ours')}, Debian's {share.get('debian')}; "
                f"{self.differing} differ on purpose: "
                + ", ".join(f"{name} {n}" for name, n in self.used.most_common()))


def campaign(seed, runs, tell=print):
    """The cases of a seed."""
    tally, told = Tally(), time.monotonic()
    tell(f"seed {seed}: UIDMAP_NG_SEED={seed} UIDMAP_NG_RUNS={runs} tests/differential/run", flush=True)
    for index in range(runs):
        case = generate(seed, index)
        verdict = judge(case)
        tally.add(verdict)
        if verdict.wrong:
            tally.failures.append(f"seed {seed}, case {index}\n{report(case, verdict)}")
        if len(tally.failures) == MOST_FAILURES:
            break
        if time.monotonic() - told > PATIENCE:
            told = time.monotonic()
            tell(f"seed {seed}: {index + 1} of {runs} cases", flush=True)
    tell(f"seed {seed}: {tally}", flush=True)
    return tally


def report(case, verdict):
    """The fault, in the smallest case that has one like it."""
    kind = verdict.wrong.split(",")[0][:24]
    case = smaller(case, lambda each: judge(each).wrong[:24].startswith(kind))
    return tell_case(case, judge(case))


def tell_case(case, verdict):
    return "\n".join((verdict.wrong or "nothing is wrong", *describe(case), *(
        f"{whose}: {outcome}, said {said!r}" for whose, outcome, said
        in zip(("ours", "Debian's"), verdict.outcomes, verdict.said)),
        f"rules: {', '.join(sorted(verdict.used)) or 'none'}",
        f"again: UIDMAP_NG_CASE={shlex.quote(case.to_json())} tests/differential/run"))


def describe(case):
    """The case in lines, without what every case has."""
    ids = f"uid {case.uid}, gid {case.gid}, groups {case.groups}; target: {case.target_uid}, {case.target_gid}"
    yield f"new{case.kind}map ({case.mode}) {' '.join(map(repr, case.words))} by {ids}, {case.state}, {case.form}"
    if case.parent != Case.parent:
        yield f"in a namespace with {case.parent}"
    for name, file in sorted(case.files.items()):
        yield f"/etc/{name}: {file}"
