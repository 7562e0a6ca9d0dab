# SPDX-License-Identifier: BSD-3-Clause
"""Refuses to start anywhere but in the private namespaces that ./run makes, and installs the pairs."""

import os

import pytest
import world


def pytest_configure(config):
    if not world.SCRATCH or not os.path.samefile("/etc", f"{world.SCRATCH}/etc"):
        pytest.exit("start these tests with tests/differential/run: they rewrite /etc and /usr", returncode=4)


def pytest_collection_modifyitems(config, items):
    """With one case, or one seed, nothing else is done."""
    chosen = "test_one_case" if "UIDMAP_NG_CASE" in os.environ else "test_one_seed" if "UIDMAP_NG_SEED" in os.environ \
        else None
    items[:] = [item for item in items if (item.name == chosen if chosen else not item.name.startswith("test_one_"))]


@pytest.fixture(scope="session", autouse=True)
def pairs():
    world.install()
