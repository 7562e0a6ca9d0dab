# SPDX-License-Identifier: BSD-3-Clause
"""Docker's rootless daemon, as dockerd-rootless.sh starts it with RootlessKit, and a local image."""

import os
import select
import signal
import socket

import pytest

from maps import READ_MAPS, WHOLE_MAP, lines_of, new_directory, owner_of
from matrix import client

CONTRIB = "/usr/share/docker.io/contrib"
PATH = f"{CONTRIB}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


class Daemon:
    """It says by sd_notify(3) when it is ready."""

    def __init__(self, user):
        self.user, self.directory = user, new_directory(user)
        self.socket = self.directory / "docker.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified, (self.directory / "log").open("w") as log:
            notified.bind(str(self.directory / "notify"))
            (self.directory / "notify").chmod(0o666)
            self.process = user.start(
                ["dockerd-rootless.sh", "--iptables=false", "--bridge=none", "--storage-driver=vfs",
                 f"--host=unix://{self.socket}", f"--data-root={self.directory}/data", f"--exec-root={self.directory}/exec",
                 f"--pidfile={self.directory}/pid"],
                {"PATH": PATH, "DOCKERD_ROOTLESS_ROOTLESSKIT_NET": "slirp4netns",
                 "NOTIFY_SOCKET": str(self.directory / "notify")},
                stdout=log, stderr=log)
            pidfd = os.pidfd_open(self.process.pid)
            ready, _, _ = select.select([notified, pidfd], [], [], 60)
            os.close(pidfd)
            is_ready = notified in ready and b"READY=1" in notified.recv(4096)
        if not is_ready:
            self.process.kill()
            self.process.wait()
            pytest.fail("dockerd is not ready:\n" + (self.directory / "log").read_text(), pytrace=False)

    def docker(self, *arguments, **options):
        return self.user.run("docker", "--host", f"unix://{self.socket}", *arguments, **options)

    def stop(self):
        """RootlessKit hands the signal on, and ends when the daemon has."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        assert "Daemon shutdown complete" in (self.directory / "log").read_text()
        assert not (self.directory / "pid").exists()


@pytest.fixture(scope="module")
def daemon(alice, pair, small_tar):
    daemon = Daemon(alice)
    try:
        daemon.docker("import", small_tar, "small").succeeded()
        yield daemon
    finally:
        daemon.stop()


@client("Docker, rootless", "docker run", "docker.io")
def test_run(daemon):
    """A container shares the namespace of its daemon."""
    outcome = daemon.docker("run", "--rm", "--network=none", "small", *READ_MAPS).succeeded()
    assert lines_of(outcome.stdout) == WHOLE_MAP * 2


@client("Docker, rootless", "docker run, the owner of a file in a volume", "docker.io")
def test_owner(daemon):
    """root is alice; the user of --user, and who gets a file, are ids of hers."""
    directory = new_directory(daemon.user)
    volume = f"--volume={directory}:/volume"
    script = "cd /volume; touch root other; chown 70000:70001 other"
    daemon.docker("run", "--rm", "--network=none", volume, "small", "sh", "-euc", script).succeeded()
    daemon.docker("run", "--rm", "--network=none", "--user=1000:1001", volume, "small", "touch", "/volume/user").succeeded()
    assert owner_of(directory / "root") == (1000, 1000)
    assert owner_of(directory / "other") == (70000 - 65537 + 200000, 70001 - 65537 + 200000)
    assert owner_of(directory / "user") == (100999, 101000)


@client("Docker, rootless", "dockerd-rootless-setuptool.sh check", "docker.io")
def test_check(alice):
    outcome = alice.run("dockerd-rootless-setuptool.sh", "check", "--skip-iptables", environment={"PATH": PATH}).succeeded()
    assert "Requirements are satisfied" in outcome.stdout
