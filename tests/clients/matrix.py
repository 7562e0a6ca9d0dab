# SPDX-License-Identifier: BSD-3-Clause
"""The matrix of clients: which row a test fills, and what it has found."""

import functools
import inspect
import os

import pytest

rows = []


def client(name, case, package=None, fails=None):
    """A test of this client, which is in this package. Its row's cell is "works" with each pair, but for those in fails,
    {pair: words}: there the test passes only if it fails with these words, and the cell says so. In case, {name} stands
    for the test's argument of that name."""
    def decorate(test):
        signature = inspect.signature(test)
        parameters = list(signature.parameters.values())
        wants_pair = "pair" in signature.parameters
        if not wants_pair:
            parameters.append(inspect.Parameter("pair", inspect.Parameter.KEYWORD_ONLY))

        @functools.wraps(test)
        def judged(**arguments):
            pair = arguments["pair"] if wants_pair else arguments.pop("pair")
            words = (fails or {}).get(pair)
            row = {"client": name, "case": case.format(**arguments), "package": package, "pair": pair, "cell": "fails"}
            rows.append(row)
            try:
                test(**arguments)
            except (AssertionError, pytest.fail.Exception) as failure:
                if words is None or words not in str(failure):
                    raise
            else:
                row["cell"] = "works"
                if words is not None:
                    pytest.fail(f"works, although it had to fail with: {words}")

        judged.__signature__ = signature.replace(parameters=parameters)
        return judged
    return decorate


def cannot_run(name, case, reason, releases=("bookworm", "trixie")):
    """A row without a test in these releases: the matrix says why."""
    if os.environ["RELEASE"] in releases:
        rows.append({"client": name, "case": case, "package": None, "pair": None, "cell": reason})
