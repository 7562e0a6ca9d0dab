# SPDX-License-Identifier: BSD-3-Clause
"""newuidmap(1) has every message that there is, in the words of the programs."""

import re

import pytest
from page import filled, read, reasons, rendered, section, squeezed

ROWS = [row for row in reasons() if row[0] != "none"]
PAGE = rendered("newuidmap.1")


def test_table_is_read_in_whole():
    assert len(reasons()) == len(re.findall(r"\{Reason::k", read("src/core/reasons.cc")))


@pytest.mark.parametrize("first", sorted({row[1] for row in ROWS}))
def test_first_lines(first):
    """DIAGNOSTICS has each, at least as far as to where runs differ."""
    beginning = filled(re.split(r"\{[^pim]\}", first.removeprefix("{p}: "))[0]) or "usage: "
    assert squeezed(beginning) in PAGE.partition("DIAGNOSTICS")[2].partition("REASONS")[0]


@pytest.mark.parametrize("word,first,reason,hint", ROWS)
def test_reasons(word, first, reason, hint):
    """REASONS has each, with its hint right behind."""
    if word == "no-arguments":
        assert (reason, hint) == ("", "")
        return
    said = squeezed(filled(reason)) + (f"hint:{squeezed(filled(hint))}" if hint else "")
    assert word + said in PAGE.partition("REASONS")[2].partition("DIFFERENCESFROMSHADOW")[0]


def test_no_other_reason():
    words = re.findall(r"^\.It Sy ([\w-]+)$", section("newuidmap.1", "REASONS"), re.MULTILINE)
    assert words == [row[0] for row in ROWS if row[0] != "no-arguments"]
