# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: the pair in each way of installing it, the programs that it starts, and what every test starts with."""

import os
import sys

import pytest

for directory in ("../behaviour", "../record", "../support"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), directory))
for module in ("support", "attacked", "faults", "reach"):
    pytest.register_assert_rewrite(module)

import attacked  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import support  # noqa: E402
from ways import kind, mode, pytest_generate_tests, register_mark  # noqa: E402, F401  (fixtures, for pytest)


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes."""
    register_mark(config)
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/attacks/run: they rewrite /dev, /etc and /usr", returncode=4)


@pytest.fixture(autouse=True)
def fresh(mode):
    """Every test starts with the same files: alice has a range, the log is heard by nobody, audit is off."""
    attacked.reset()
