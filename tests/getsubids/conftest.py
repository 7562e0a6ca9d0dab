# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: both programs, uidmap-lookup, the test modules, and what every test starts with."""

import os
import sys

import pytest

for directory in ("../behaviour", "../lookup"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), directory))
for module in ("support", "world", "programs"):
    pytest.register_assert_rewrite(module)

import programs  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import support  # noqa: E402
import world  # noqa: E402


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes."""
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/getsubids/run: they rewrite /etc and /usr", returncode=4)


@pytest.fixture(scope="session", autouse=True)
def installed():
    """Compiles the test modules and installs our program once."""
    world.become_reaper()
    world.build_modules()
    programs.install()


@pytest.fixture(autouse=True)
def fresh(installed):
    """Every test starts with the same files, and leaves no process behind."""
    world.reset()
    yield
    assert world.leftovers() == []


@pytest.fixture(params=[support.UID, support.GID], ids=lambda kind: kind.name)
def kind(request):
    """Ranges of uids, and those of gids with -g."""
    return request.param
