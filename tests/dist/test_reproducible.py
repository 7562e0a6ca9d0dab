# SPDX-License-Identifier: BSD-3-Clause
"""Two builds at different places and times, by different users' settings, give the same."""

import os

import pytest
from conftest import SCRATCH, files_below, output, run

PROGRAMS = ("bin/newuidmap", "bin/newgidmap", "bin/getsubids", "bin/uidmap-doctor", "libexec/uidmap-lookup",
            "libexec/uidmap-audit")


@pytest.fixture(scope="module")
def elsewhere(build):
    """What that build installs."""
    installed = SCRATCH / "installed"
    run("meson", "install", "--no-rebuild", "-C", build, env=os.environ | {"DESTDIR": str(installed)}, umask=0o077)
    return installed / "usr"


def code(program, copy):
    """The program's bytes without the sections that rpm's own scripts strip, each in its way."""
    run("objcopy", "--strip-all", "--remove-section=.comment", "--remove-section=.note", program, copy)
    return copy.read_bytes()


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program, elsewhere, payload, tmp_path):
    """The same in the rpm, whose build lay elsewhere, down to the build id, which is made of all that was stripped."""
    here = code(payload / "usr" / program, tmp_path / "one")
    assert "Build ID" in output("readelf", "--notes", tmp_path / "one")
    assert here == code(elsewhere / program, tmp_path / "other")


def test_other_files(elsewhere, payload):
    """Manual pages and completions, and no file more or less than the rpm has."""
    ignored = ("share/doc/", "share/licenses/", "lib/")
    packaged = [name for name in files_below(payload / "usr") if not name.startswith(ignored)]
    assert files_below(elsewhere) == packaged
    for name in set(packaged) - set(PROGRAMS):
        one, other = elsewhere / name, payload / "usr" / name
        assert one.is_symlink() == other.is_symlink() and one.stat().st_mode == other.stat().st_mode, name
        assert one.read_bytes() == other.read_bytes(), name


def test_names_no_place(elsewhere):
    """The programs do not say where they were built."""
    for program in PROGRAMS:
        assert os.fsencode(SCRATCH) not in (elsewhere / program).read_bytes(), program
