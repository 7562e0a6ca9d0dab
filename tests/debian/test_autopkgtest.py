# SPDX-License-Identifier: BSD-3-Clause
"""packaging/debian/tests, as autopkgtest runs them."""

from roots import CHECKOUT


def test_autopkgtest(root):
    """Each test of the package passes, none is skipped: an ordinary user's Podman is among them."""
    outcome = root.script("""
        cd /root
        mkdir source
        cp -r "$1/packaging/debian" source
        autopkgtest --no-built-binaries --output-dir=/root/results /root/uidmap-ng.deb /root/source/ -- null
        """, CHECKOUT, binds=[CHECKOUT])
    summary = root.path / "root/results/summary"
    found = dict(line.split()[:2] for line in summary.read_text().splitlines()) if summary.exists() else {}
    assert found == {"smoke": "PASS", "privilege": "PASS", "podman": "PASS"}, str(outcome)
