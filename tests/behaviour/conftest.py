# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures, and which tests apply to the tool under test."""

import os
import platform

import pytest

pytest.register_assert_rewrite("support", "nested", "reasons", "agreement")

import support  # noqa: E402  (after the line above, so that its assertions explain themselves)
from agreement import CANNOT_AGREE  # noqa: E402
from differences import differences  # noqa: E402


def pytest_configure(config):
    """Refuses to start anywhere but in the private mount namespace that ./run makes."""
    config.addinivalue_line("markers", "install(*modes): only for tools installed in one of these ways")
    if not support.SCRATCH or not os.path.samefile("/etc", f"{support.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/behaviour/run: they rewrite /etc", returncode=4)
    if support.TOOL not in support.INSTALL_MODE:
        pytest.exit(f"TOOL_UNDER_TEST is none of {', '.join(support.INSTALL_MODE)}", returncode=4)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leaves out what another way of installing is about, and expects shadow to differ exactly where listed."""
    for key in CANNOT_AGREE:
        if config.args_source is not config.ArgsSource.ARGS and not any(_matches(key, item) for item in items):
            raise pytest.UsageError(f"agreement.py lists {key}, which is no test")
    items[:] = [item for item in items if _applies(item)]
    if support.TOOL != "shadow":
        return
    listed, ended = differences(int(platform.freedesktop_os_release()["VERSION_ID"]))
    for key in (*listed, *ended):
        if config.args_source is not config.ArgsSource.ARGS and not any(_matches(key, item) for item in items):
            raise pytest.UsageError(f"differences.py lists {key}, which is no test")
    for item in items:
        reasons = [reason for key, reason in listed.items() if _matches(key, item)]
        if reasons and not any(_matches(key, item) for key in ended):
            item.add_marker(pytest.mark.xfail(strict=True, reason=reasons[0]))


def _applies(item):
    if support.TOOL == "shadow" and item.get_closest_marker("ours"):
        return False
    marker = item.get_closest_marker("install")
    return marker is None or support.INSTALL_MODE[support.TOOL] in marker.args


def _matches(key, item):
    """A key is module::function, or module::function[a-b]: the cases that have parameters a and b, in any order."""
    function, _, wanted = key.rstrip("]").partition("[")
    parameters = item.name.rstrip("]").partition("[")[2]
    if function != f"{item.module.__name__}::{item.originalname}":
        return False
    return not wanted or set(wanted.split("-")) <= set(parameters.split("-"))


@pytest.fixture(params=[support.UID, support.GID], ids=lambda kind: kind.name)
def kind(request):
    """newuidmap and newgidmap in turn."""
    return request.param


@pytest.fixture(scope="session", autouse=True)
def tools():
    """Installs the pair under test once."""
    mode = support.INSTALL_MODE[support.TOOL]
    for each in (support.UID, support.GID):
        support.install(each, "tools", setuid=mode != "fcaps", capability=mode != "setuid")
    if support.OURS:
        support.install_doctor("tools")


@pytest.fixture(autouse=True)
def etc(tools):
    """Every test starts with the same files under /etc."""
    support.reset_etc()


@pytest.fixture
def granted(etc):
    """Grants of both kinds, for tests that are about something else."""
    for each in (support.UID, support.GID):
        support.grant(each, "alice:100000:65536", "bob:100000:65536")
