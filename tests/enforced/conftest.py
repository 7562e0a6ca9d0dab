# SPDX-License-Identifier: BSD-3-Clause
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))


def pytest_configure():
    if "ENFORCED_RESULTS" not in os.environ:
        pytest.exit("start these tests with tests/enforced/run", returncode=4)


@pytest.fixture(scope="session")
def cases():
    from results import load
    return load()
