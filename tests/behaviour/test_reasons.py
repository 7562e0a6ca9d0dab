# SPDX-License-Identifier: BSD-3-Clause
"""Every reason that there is for a refusal is produced by a run, somewhere, in each way of installing."""

import glob
import importlib
import os

import pytest

import reasons

pytestmark = pytest.mark.ours


@pytest.fixture(autouse=True, scope="module")
def collected():
    """The tests beside this one, also where they were not asked for."""
    for path in glob.glob(f"{os.path.dirname(os.path.abspath(__file__))}/test_reasons_*.py"):
        importlib.import_module(os.path.basename(path).removesuffix(".py"))


def test_every_reason_is_produced():
    """Each is in exactly one place: here, in another suite, or with a sentence why it cannot be."""
    places = (reasons.PRODUCED, reasons.ELSEWHERE, reasons.NOWHERE)
    count = {reason: sum(reason in place for place in places) for reason in reasons.all_reasons()}
    assert {reason: number for reason, number in count.items() if number != 1} == {}
    assert {reason for place in places for reason in place} - set(count) == set()


@pytest.mark.parametrize("reason", reasons.ELSEWHERE)
def test_other_suites_have_the_test(reason):
    """The test that is said to produce it elsewhere exists."""
    assert reasons.exists(reasons.ELSEWHERE[reason])


def test_absence_is_explained():
    """Where a way of installing cannot have a reason, a sentence says why, and no reason is absent everywhere."""
    for reason, absent in reasons.ABSENT.items():
        assert set(absent) < set(reasons.MODES), reason
        assert all(len(sentence.split()) > 3 for sentence in absent.values()), reason
    assert all(len(sentence.split()) > 3 for sentence in reasons.NOWHERE.values())
