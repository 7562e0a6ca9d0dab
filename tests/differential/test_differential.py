# SPDX-License-Identifier: BSD-3-Clause
"""Our pair and Debian's do the same in random cases, but for what rules.py says, and neither gives away more than was
granted, but for what it says of Debian's."""

import os
import re
import secrets
from collections import Counter

import pytest
from cases import Case
from judge import campaign, judge, tell_case
from rules import TABLE

FIXED = "1"  # one whose cases need every rule
RUNS = int(os.environ.get("UIDMAP_NG_RUNS", "3000"))
MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../man")
_used = Counter()


def expect_no_failure(seed, runs):
    tally = campaign(seed, runs)
    if tally.failures:
        pytest.fail("\n\n".join(tally.failures), pytrace=False)
    return tally


def test_fixed_seed():
    """Two thirds of the cases are the same in every run of the tests."""
    _used.update(expect_no_failure(FIXED, RUNS * 2 // 3).used)


def test_every_rule_is_needed():
    """A rule that excuses nothing in the cases of the fixed seed may be none any more."""
    assert [rule.name for rule in TABLE if not _used[rule.name]] == []


def test_fresh_seed():
    """The others were never run before."""
    expect_no_failure(str(secrets.randbelow(10**9)), RUNS // 3)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.name)
def test_page_says_so(rule):
    with open(f"{MANUAL}/{rule.page}") as page:
        text = re.sub(r"^\.(?:Ql|Pa|Cm|Dv|Xr|Nm|Fl) ", "", page.read(), flags=re.MULTILINE)
    assert rule.line in text


def test_one_seed():
    expect_no_failure(os.environ["UIDMAP_NG_SEED"], RUNS)


def test_one_case():
    case = Case.from_json(os.environ["UIDMAP_NG_CASE"])
    verdict = judge(case)
    print(tell_case(case, verdict))
    assert not verdict.wrong
