# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: the pair in each way of installing it, uidmap-audit, and what every test starts with."""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../behaviour"))
for module in ("support", "audit", "log", "steps"):
    pytest.register_assert_rewrite(module)

import audit  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import log  # noqa: E402
import support  # noqa: E402


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes, or where records have a reader."""
    config.addinivalue_line("markers", "modes(*modes): the ways of installing the pair in which this can happen")
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/record/run: they rewrite /dev, /etc and /usr", returncode=4)
    if not audit.PROGRAM.startswith("/usr/"):
        pytest.exit(f"{support.SOURCE} is for the prefix of {audit.PROGRAM}; it must be below /usr", returncode=4)
    if audit.status()["pid"] != 0 or audit.status()["enabled"] != 0:
        pytest.exit("audit is in use on this machine, and these tests switch it on and off", returncode=4)


def pytest_generate_tests(metafunc):
    """Every test runs in each way of installing the pair, unless its mark names some."""
    mark = metafunc.definition.get_closest_marker("modes")
    metafunc.parametrize("mode", mark.args if mark else ("setuid", "fcaps"), indirect=True, scope="session")


@pytest.fixture(scope="session")
def mode(request):
    """How the pair is installed."""
    for each in (support.UID, support.GID):
        support.install(each, "tools", setuid=request.param == "setuid", capability=request.param == "fcaps")
    return request.param


@pytest.fixture(autouse=True)
def fresh(mode):
    """Every test starts with the same files, without log and audit, and leaves audit off."""
    support.reset_etc()
    support.remove(log.PATH)
    audit.reset()
    yield
    audit.off()


@pytest.fixture(params=[support.UID, support.GID], ids=lambda kind: kind.name)
def kind(request):
    """newuidmap and newgidmap in turn."""
    return request.param
