# SPDX-License-Identifier: BSD-3-Clause
"""Roots of Debian releases, and commands that run in them."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from outcome import run

CHECKOUT = Path(__file__).parent.parent.parent
SUPPORT = CHECKOUT / "tests/support"
SCRATCH = Path(os.environ.get("UIDMAP_NG_SCRATCH", "/nonexistent"))


@dataclass
class Root:
    """A directory with a Debian in it."""
    path: Path

    def __call__(self, *command, binds=(), seconds=600, **variables):
        """Runs a command in it, with nothing but these variables set."""
        binds = {"UIDMAP_NG_BIND": " ".join(map(str, binds))} if binds else {}
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive", **binds, **variables}
        return run([SUPPORT / "enter-root", self.path, *command], seconds, env=environment)

    def script(self, text, *arguments, **options):
        """Runs lines of bash in it."""
        return self("bash", "-euc", text, "bash", *arguments, **options)


def unpack(release, name, *lists):
    """A fresh root of the release with what the lists of packages name."""
    path = SCRATCH / f"{release}-{name}"
    here = Path(__file__).parent
    run([SUPPORT / "debian-root", release, path, *(here / one for one in lists)], 1200).succeeded()
    # What a test installs need not survive a power failure.
    (path / "etc/dpkg/dpkg.cfg.d/no-sync").write_text("force-unsafe-io\n")
    return Root(path)


class Layer:
    """A root that begins as another one, and keeps its changes to itself."""

    def __init__(self, below):
        self.place = Path(tempfile.mkdtemp(dir=SCRATCH))
        for name in ("upper", "work", "root"):
            (self.place / name).mkdir()
        run(["mount", "-t", "overlay", "-o",
             f"lowerdir={below.path},upperdir={self.place}/upper,workdir={self.place}/work", "overlay",
             self.place / "root"]).succeeded()
        self.root = Root(self.place / "root")

    def __enter__(self):
        return self.root

    def __exit__(self, *_):
        run(["umount", self.place / "root"]).succeeded()
        run(["rm", "-rf", "--one-file-system", self.place]).succeeded()
