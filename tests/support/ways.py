# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures of suites in which every test runs with the pair installed in each way. A conftest.py imports them, once it has
put tests/behaviour on the path."""

import pytest
import support


def pytest_generate_tests(metafunc):
    """Every test runs in each way of installing the pair, unless its mark names some."""
    mark = metafunc.definition.get_closest_marker("modes")
    metafunc.parametrize("mode", mark.args if mark else ("setuid", "fcaps"), indirect=True, scope="session")


def register_mark(config):
    config.addinivalue_line("markers", "modes(*modes): the ways of installing the pair in which this can happen")


@pytest.fixture(scope="session")
def mode(request):
    """How the pair is installed."""
    for each in (support.UID, support.GID):
        support.install(each, "tools", setuid=request.param == "setuid", capability=request.param == "fcaps")
    return request.param


@pytest.fixture(params=[support.UID, support.GID], ids=lambda kind: kind.name)
def kind(request):
    """newuidmap and newgidmap in turn."""
    return request.param
