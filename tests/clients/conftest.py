# SPDX-License-Identifier: BSD-3-Clause
"""The machine's side of the suite: the pair under test, two ordinary users, and where the matrix goes."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from matrix import rows
from outcome import run

PAIRS = ["debian", "setuid", "fcaps"]
CAPABILITIES = {"newuidmap": "cap_setuid=ep", "newgidmap": "cap_setgid=ep"}


class User:
    """An ordinary user, as after logging in: his own environment, runtime directory and cgroup."""

    def __init__(self, name):
        account = pwd.getpwnam(name)
        self.name, self.uid, self.gid, self.home = name, account.pw_uid, account.pw_gid, Path(account.pw_dir)
        self.cgroup = Path(os.environ["CGROUP"]) / name
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "USER": name, "LOGNAME": name,
            "HOME": account.pw_dir, "SHELL": "/bin/bash", "XDG_RUNTIME_DIR": f"/run/user/{self.uid}",
        }

    def start(self, command, environment=None, **options):
        """Starts it, and returns it as it is running."""
        def enter_cgroup():
            (self.cgroup / "cgroup.procs").write_text("0")
        prefix = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", "--"]
        return subprocess.Popen([*prefix, *map(str, command)], **{
            "cwd": self.home, "umask": 0o022, "env": {**self.environment, **(environment or {})},
            "preexec_fn": enter_cgroup, **options})

    def run(self, *command, seconds=60, **options):
        return run(command, seconds, self.start, **options)

    def shell(self, script, *arguments, **options):
        return self.run("bash", "-euc", script, "bash", *arguments, **options)

    def end_everything(self):
        run(["pkill", "--signal", "KILL", "--uid", str(self.uid)])


@pytest.fixture(scope="session")
def alice():
    """Granted 100000 to 165535 and 200000 to 265535, uids and gids."""
    return User("alice")


@pytest.fixture(scope="session")
def bob():
    """Granted 300000 to 365535, uids and gids."""
    return User("bob")


@pytest.fixture(scope="session")
def release():
    return os.environ["RELEASE"]


@pytest.fixture(scope="session")
def pairs():
    """The directories of Debian's own pair, ours setuid root, and ours with file capabilities."""
    directories = {}
    for name in PAIRS:
        directories[name] = Path("/pairs") / name
        directories[name].mkdir()
        for tool, capability in CAPABILITIES.items():
            file = directories[name] / tool
            shutil.copy(Path("/usr/bin" if name == "debian" else "/pair") / tool, file)
            file.chmod(0o755 if name == "fcaps" else 0o4755)
            if name == "fcaps":
                run(["setcap", capability, file]).succeeded()
    return directories


@pytest.fixture(scope="session", params=PAIRS, autouse=True)
def pair(request, pairs, alice, bob):
    """The pair that is installed: every test runs with each."""
    for tool in CAPABILITIES:
        run(["mount", "--bind", pairs[request.param] / tool, f"/usr/bin/{tool}"]).succeeded()
    yield request.param
    # Podman keeps a process, and with it a user namespace that this pair has mapped.
    alice.end_everything()
    bob.end_everything()
    for tool in CAPABILITIES:
        run(["umount", f"/usr/bin/{tool}"]).succeeded()


@pytest.fixture(scope="session")
def small_root(tmp_path_factory):
    """A root file system with one static program under many names, as a directory that everybody may read."""
    root = tmp_path_factory.mktemp("images") / "small"
    for directory in ("bin", "etc", "proc", "sys", "dev", "tmp", "root", "run", "var"):
        (root / directory).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin/busybox")
    for name in ("sh", "cat", "id", "touch", "stat", "echo", "ls", "sleep", "true", "mount", "mkdir", "chown"):
        (root / "bin" / name).symlink_to("busybox")
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nuser:x:1000:\n")
    for directory in [root, *root.parents]:
        if directory != Path("/") and directory != Path("/tmp"):
            directory.chmod(0o755)
    return root


@pytest.fixture(scope="session")
def small_tar(small_root):
    """The same as a tar."""
    tar = small_root.parent / "small.tar"
    run(["tar", "--create", "--file", tar, "--directory", small_root, "--owner=0", "--group=0", "."]).succeeded()
    return tar


@pytest.fixture
def without_privilege(pair, alice):
    """Puts copies of the pair in its place without set-id bits and file capabilities, which can map nothing."""
    for tool in CAPABILITIES:
        copy = Path("/pairs") / f"bare-{tool}"
        shutil.copyfile(f"/usr/bin/{tool}", copy)
        copy.chmod(0o755)
        run(["mount", "--bind", copy, f"/usr/bin/{tool}"]).succeeded()
    alice.end_everything()
    yield
    alice.end_everything()
    for tool in CAPABILITIES:
        run(["umount", f"/usr/bin/{tool}"]).succeeded()


@pytest.fixture
def out():
    """A directory that everybody may write into."""
    with tempfile.TemporaryDirectory(prefix="out.", dir="/var/tmp") as directory:
        Path(directory).chmod(0o777)
        yield Path(directory)


# ---- the matrix ------------------------------------------------------------------------------------------------------


def pytest_configure():
    if "CGROUP" not in os.environ:
        pytest.exit("start these tests with tests/clients/run", returncode=4)


def pytest_sessionfinish():
    """Leaves what the tests have found for tests/clients/table."""
    versions = {}
    for package in {row["package"] for row in rows if row["package"]}:
        versions[package] = run(["dpkg-query", "-W", "-f", "${Version}", package]).succeeded().stdout
    found = {"release": os.environ["RELEASE"], "versions": versions, "rows": rows}
    Path("/results/rows.json").write_text(json.dumps(found, indent=1))
