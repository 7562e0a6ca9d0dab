# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: the tools, and the directory with either provider."""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../behaviour"))
for module in ("support", "tools"):
    pytest.register_assert_rewrite(module)

import support  # noqa: E402  (after the lines above, so that it is found and its assertions explain themselves)
import tools  # noqa: E402
from directory import Directory, reset_etc  # noqa: E402


def pytest_configure():
    """Refuses to start anywhere but in the namespaces that ./run makes."""
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/directory/run: they rewrite /etc and /usr", returncode=4)
    if not tools.lookup_path().startswith("/usr/"):
        pytest.exit(f"{support.SOURCE} is for {tools.lookup_path()}; the prefix must be below /usr", returncode=4)


@pytest.fixture(scope="session", autouse=True)
def installed():
    tools.install_all()


@pytest.fixture(params=tools.TOOLS, ids=str)
def tool(request):
    """newuidmap and newgidmap in turn, setuid root and with file capabilities."""
    return request.param


@pytest.fixture
def directory():
    """LDAP; every test starts with the same files, and nothing cached but USER."""
    reset_etc()
    with Directory("ldap") as running:
        yield running.start()


@pytest.fixture
def ipa():
    """The same, with subordinate ids in the directory."""
    reset_etc()
    with Directory("ipa") as running:
        yield running.start()
