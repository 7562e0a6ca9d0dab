# SPDX-License-Identifier: BSD-3-Clause
"""What uidmap-records(7) promises to administrators is so."""

import os
import re

import pytest

ROOT = os.path.realpath(f"{os.path.dirname(os.path.abspath(__file__))}/../..")
pytestmark = pytest.mark.modes("setuid")


def read(path):
    with open(f"{ROOT}/{path}") as file:
        return file.read()


def test_every_reason_is_listed():
    """Once, and no other."""
    words = re.findall(r'\{Reason::k\w+, "([\w-]+)"', read("src/core/reasons.cc"))
    listed = read("man/uidmap-records.7").partition(".Bd -ragged -compact\n")[2].partition(".\n.Ed")[0]
    assert listed.split(",\n") == [word for word in words if word not in ("none", "no-arguments")]
