# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: the pair in each way of installing it, uidmap-audit, and what every test starts with."""

import os
import sys

import pytest

for directory in ("../behaviour", "../support"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), directory))
for module in ("support", "audit", "log", "reach", "steps"):
    pytest.register_assert_rewrite(module)

import audit  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import log  # noqa: E402
import support  # noqa: E402
from ways import kind, mode, pytest_generate_tests, register_mark  # noqa: E402, F401  (fixtures, for pytest)


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes, or where records have a reader."""
    register_mark(config)
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/record/run: they rewrite /dev, /etc and /usr", returncode=4)
    if not audit.PROGRAM.startswith("/usr/"):
        pytest.exit(f"{support.SOURCE} is for the prefix of {audit.PROGRAM}; it must be below /usr", returncode=4)
    if audit.status()["pid"] != 0 or audit.status()["enabled"] != 0:
        pytest.exit("audit is in use on this machine, and these tests switch it on and off", returncode=4)


@pytest.fixture(autouse=True)
def fresh(mode):
    """Every test starts with the same files, without log and audit, and leaves audit off."""
    support.reset_etc()
    support.remove(log.PATH)
    audit.reset()
    yield
    audit.off()
