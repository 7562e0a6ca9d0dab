# SPDX-License-Identifier: BSD-3-Clause
"""Everybody who builds the same checkout on the same release gets the same bytes."""


def test_reproducible(preparations):
    """Also from a copy elsewhere, as an ordinary user with another umask, language and time zone, and without unit tests."""
    first = preparations["build", "bookworm"].result()
    again = preparations["build again", "bookworm"].result()
    packages = again.outcome.succeeded().stdout.split()
    assert len(packages) == 3, str(again.outcome)
    for name in packages:
        package = again.root.path / name[1:]
        assert package.read_bytes() == (first.output / package.name).read_bytes(), name
