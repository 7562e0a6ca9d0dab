# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: the pair in each way of installing it, uidmap-lookup, the test modules, and what every test starts with."""

import os
import sys

import pytest

for directory in ("../behaviour", "../support"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), directory))
for module in ("support", "world"):
    pytest.register_assert_rewrite(module)

import support  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import world  # noqa: E402
from ways import kind  # noqa: E402, F401  (a fixture, for pytest)


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes."""
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/lookup/run: they rewrite /etc and /usr", returncode=4)
    if not world.PROGRAM.startswith("/usr/"):
        pytest.exit(f"{support.SOURCE} is for the prefix of {world.PROGRAM}; it must be below /usr", returncode=4)


@pytest.fixture(scope="session", autouse=True)
def modules():
    """Compiles and installs the test modules once. What they leave running becomes a child of this process."""
    world.become_reaper()
    world.build_modules()


@pytest.fixture(scope="session", params=("setuid", "fcaps"), autouse=True)
def mode(request, modules):
    """Installs the pair with the set-user-ID bit, and then with file capabilities: every test runs with each."""
    for each in (support.UID, support.GID):
        support.install(each, "tools", setuid=request.param == "setuid", capability=request.param == "fcaps")
    return request.param


@pytest.fixture(autouse=True)
def fresh(mode):
    """Every test starts with the same files, and leaves no process behind: each has ended, or does at once."""
    world.reset()
    yield
    assert world.leftovers() == []
