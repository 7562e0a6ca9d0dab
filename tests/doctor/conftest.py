# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: a healthy machine before every test."""

import os
import shutil
import sys

import pytest

HERE = os.path.dirname(__file__)
sys.path[:0] = [f"{HERE}/../behaviour", f"{HERE}/../lookup"]
for module in ("support", "world", "clinic"):
    pytest.register_assert_rewrite(module)

import clinic  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import support  # noqa: E402
import world  # noqa: E402


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes."""
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/doctor/run: they rewrite /etc and /usr", returncode=4)


@pytest.fixture(scope="session", autouse=True)
def programs():
    """What is installed once: the program itself, plugins, Debian's pair in a place of its own."""
    world.become_reaper()
    world.build_modules()
    os.makedirs(clinic.DEBIANS)
    for kind in (support.UID, support.GID):
        shutil.copy(f"/usr/bin/{kind.tool}", clinic.DEBIANS)
    support.install_doctor("tools")
    with clinic.listen():
        yield


@pytest.fixture(autouse=True)
def healthy(programs):
    """Every test starts on a machine on which nothing is wrong, and leaves no process behind."""
    clinic.heal()
    yield
    assert world.leftovers() == []


@pytest.fixture(params=[support.UID, support.GID], ids=lambda kind: kind.name)
def kind(request):
    """newuidmap and newgidmap in turn."""
    return request.param
