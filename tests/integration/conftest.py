# SPDX-License-Identifier: BSD-3-Clause
"""The machine's side of the suite: an ordinary user's rootless Podman, and the images it runs."""

import hashlib
import os
import pwd
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from outcome import run

HERE = Path(__file__).parent
CAPABILITIES = {"newuidmap": "cap_setuid=ep", "newgidmap": "cap_setgid=ep"}
IMAGE_PACKAGES = "podman,crun,fuse-overlayfs,slirp4netns,uidmap,libcap2-bin,busybox-static"
CACHE_SECONDS = 7 * 24 * 3600


def pytest_configure():
    if "UIDMAP_NG_SCRATCH" not in os.environ:
        # Outside its namespaces the suite would mount over the machine's own programs.
        pytest.exit("start these tests with tests/integration/run", returncode=4)


def say(text):
    print(f"integration: {text}", file=sys.stderr, flush=True)


class OuterPodman:
    """Podman as the ordinary user runs it on the machine."""

    def __init__(self):
        user = pwd.getpwnam("uidmap-ng-test")
        self.home = user.pw_dir
        self.prefix = [
            "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups",
            "env", "--ignore-environment",
            "PATH=/usr/bin:/bin", "LANG=C.UTF-8", f"USER={user.pw_name}", f"HOME={self.home}", f"TMPDIR={self.home}",
            f"XDG_RUNTIME_DIR=/run/user/{user.pw_uid}",
            # Podman 4.3 would choose vfs, which copies the whole image for every container.
            f"STORAGE_DRIVER={os.environ.get('STORAGE_DRIVER', 'overlay')}",
            "podman",
        ]

    def __call__(self, *arguments, **options):
        return run([*self.prefix, *arguments], cwd=self.home, **options)


@dataclass
class Image:
    podman: OuterPodman
    name: str

    def run(self, *command, options=()):
        """Runs a command as the image's user in a container, which may itself run containers."""
        return self.podman(
            "run", "--rm", "--network=none", "--cgroups=disabled", "--device=/dev/fuse",
            "--security-opt=seccomp=unconfined", "--security-opt=unmask=ALL", *options, self.name, *command)


@pytest.fixture(scope="session")
def scratch():
    return Path(os.environ["UIDMAP_NG_SCRATCH"])


@pytest.fixture(scope="session")
def pairs(scratch):
    """The directories of Debian's own pair, ours setuid root, and ours with file capabilities."""
    sources = {"debian": "/usr/bin", "setuid": os.environ["UIDMAP_NG_BUILD"], "fcaps": os.environ["UIDMAP_NG_BUILD"]}
    directories = {pair: scratch / "ram" / pair for pair in sources}
    for pair, directory in directories.items():
        directory.mkdir()
        for tool, capability in CAPABILITIES.items():
            shutil.copy(Path(sources[pair]) / tool, directory / tool)
            (directory / tool).chmod(0o755 if pair == "fcaps" else 0o4755)
            if pair == "fcaps":
                run(["setcap", capability, directory / tool]).succeeded()
    return directories


@pytest.fixture(scope="session")
def doctor(scratch):
    """The options that bring uidmap-doctor into a container, with those of its libraries that images lack."""
    program = Path(os.environ["UIDMAP_NG_BUILD"]) / "src/uidmap-doctor"
    directory = scratch / "ram" / "doctor"
    directory.mkdir()
    shutil.copy(program, directory)
    for line in run(["ldd", program]).succeeded().stdout.splitlines():
        if "libfmt" in line:
            shutil.copy(line.split()[2], directory)
    return [f"--volume={directory}:/doctor:ro", "--env=LD_LIBRARY_PATH=/doctor"]


@pytest.fixture
def podman(pair, pairs):
    """The outer Podman. It needs a pair, too: the one under test."""
    for tool in CAPABILITIES:
        run(["mount", "--bind", pairs[pair] / tool, f"/usr/bin/{tool}"]).succeeded()
    podman = OuterPodman()
    # Ends the process that keeps the user namespace which the pair of another test has mapped.
    podman("system", "migrate").succeeded()
    yield podman
    for tool in CAPABILITIES:
        run(["umount", f"/usr/bin/{tool}"]).succeeded()


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def base(request, scratch):
    """The tar of a small Debian with Podman in it, from the cache while it is fresh."""
    cache = Path(os.environ["UIDMAP_NG_CACHE"])
    tar = cache / f"{request.param}-{hashlib.sha256(IMAGE_PACKAGES.encode()).hexdigest()[:16]}.tar"
    if tar.exists() and time.time() - tar.stat().st_mtime < CACHE_SECONDS:
        return request.param, tar
    say(f"building the {request.param} base, which takes about 40 s")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as workplace:
        fresh = Path(workplace) / "base.tar"
        run(["mmdebstrap", "--variant=minbase", f"--include={IMAGE_PACKAGES}", request.param, fresh],
            seconds=600, env={**os.environ, "TMPDIR": str(scratch)}).succeeded()
        fresh.rename(tar)
    return request.param, tar


@pytest.fixture
def image(podman, base, pair, pairs, scratch):
    """An image of the release with the pair in it; Podman's own layer cache makes the second time quick."""
    release, tar = base
    if podman("image", "exists", f"localhost/{release}").status != 0:
        say(f"importing the {release} base")
        with tar.open("rb") as stdin:
            podman("import", "-", f"localhost/{release}", stdin=stdin).succeeded()
    context = scratch / "context"
    if not context.exists():
        shutil.copytree(pairs["setuid"], context)
        # The checkout may be where the ordinary user cannot look.
        (context / "Containerfile").write_text((HERE / "Containerfile").read_text())
    name = f"localhost/{release}-{pair}"
    podman("build", "--isolation=chroot", f"--build-arg=BASE=localhost/{release}", f"--target={pair}", f"--tag={name}",
           f"--file={context}/Containerfile", context).succeeded()
    return Image(podman, name)
