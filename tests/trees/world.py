# SPDX-License-Identifier: BSD-3-Clause
"""Users of the root, what they run, and the namespaces that they map."""

import os
import pwd
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass

TREES, BASE = "/srv/trees", "/srv/trees/base"
ALICE_MAP = ((0, 1000, 1), (1, 100000, 65536))
WEB_MAP = ((0, 300000, 65536),)
WEB_CONTAINER = ["--map-users=0:300000:65536", "--map-groups=0:300000:65536", "--setuid=0", "--setgid=0", "--mount"]


@dataclass(frozen=True)
class Result:
    command: object
    status: int
    stdout: str
    stderr: str

    def succeeded(self):
        assert self.status == 0, str(self)
        return self.stdout

    def failed(self, words):
        assert self.status != 0 and words in self.stderr, str(self)


def _start(user, command, **streams):
    """A string is for bash. Users have nothing of root's environment."""
    words = ["bash", "-c", command] if isinstance(command, str) else list(map(str, command))
    if user != "root":
        account = pwd.getpwnam(user)
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "env", "-i", "LC_ALL=C.UTF-8",
                 f"PATH=/usr/local/bin:{os.environ['PATH']}", f"HOME={account.pw_dir}",
                 f"XDG_RUNTIME_DIR=/run/user/{account.pw_uid}", *words]
    environment = os.environ | {"PATH": f"/usr/local/bin:{os.environ['PATH']}"}
    return subprocess.Popen(words, cwd="/", env=environment, text=True, **streams)


def run(user, command):
    process = _start(user, command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    return Result(command, process.returncode, out, err)


class Background:
    """A command that says one line, its process id, and stays until it is ended."""

    def __init__(self, user, command):
        self.process = _start(user, command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.said = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(ProcessLookupError):
            os.kill(int(self.said), signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Namespace(Background):
    """A user namespace, mapped by the pair as its user. As a string it is its path."""

    def __init__(self, user, uids=(), gids=None):
        super().__init__(user, "exec unshare --user sh -c 'echo $$; exec sleep infinity'")
        for tool, extents in (("newuidmap", uids), ("newgidmap", uids if gids is None else gids)):
            if extents:
                self.ask(user, tool, extents).succeeded()

    def ask(self, user, tool, extents):
        return run(user, [tool, self.said, *(number for extent in extents for number in extent)])

    def __str__(self):
        return f"/proc/{self.said}/ns/user"


def mount_mapped(namespace, target, *options, tree=BASE):
    """As the page has it, with more options before it."""
    os.makedirs(target, exist_ok=True)
    return run("root", ["mount", "--bind", "-o", ",".join([*options, f"X-mount.idmap={namespace}"]), tree, target])


def in_web(command, root=None):
    """As root of a container of the account web."""
    return run("web", ["unshare", *WEB_CONTAINER, *([f"--root={root}"] if root else []), *command])


def owners(*paths):
    """Those that the host sees."""
    return [(found.st_uid, found.st_gid) for found in map(os.lstat, paths)]
