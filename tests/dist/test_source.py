# SPDX-License-Identifier: BSD-3-Clause
"""What `meson dist` makes is the source, the whole source, and can be built and tested."""

import hashlib

from conftest import SCRATCH, files_below, meson_build, run


def test_tarball_is_the_source(checkout, unpacked):
    """Each file with its mode and content, and nothing that a build or a test left behind."""
    ours = [name for name in files_below(checkout) if not name.startswith(".git/")]
    assert files_below(unpacked) == ours
    for name in ours:
        one, other = checkout / name, unpacked / name
        assert (one.stat().st_mode & 0o111) == (other.stat().st_mode & 0o111), name
        assert one.read_bytes() == other.read_bytes(), name


def test_checksum(tarball):
    """meson writes it beside the tarball, in the way of sha256sum(1)."""
    digest = hashlib.sha256(tarball.read_bytes()).hexdigest()
    assert tarball.with_name(tarball.name + ".sha256sum").read_text().split() == [digest, f"*{tarball.name}"]
    run("sha256sum", "--check", tarball.name + ".sha256sum", cwd=tarball.parent)


def test_unit_tests_of_the_tarball(unpacked):
    build = SCRATCH / "unit"
    programs = ["tests/unit/unit_tests", "tests/unit/optimized_tests"]
    meson_build(unpacked, build, "-Dtests=true", "-Dman=false", "-Ddebug=false", targets=programs)
    for program in programs:
        run(build / program, "--gtest_brief=1")
