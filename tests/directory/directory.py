# SPDX-License-Identifier: BSD-3-Clause
"""A real directory: an LDAP server, and SSSD in front of it. Only in the namespaces that ./run makes."""

import fcntl
import shutil
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

import support
from held import PATIENCE, Process, children, freeze, kill, thaw
from processes import User

HERE = Path(__file__).parent
SCRATCH = Path(support.SCRATCH)
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

# Who exists nowhere but in LDAP (users.ldif).
USER = User("ldapuser", 70001, 70101)      # is granted RANGES there
OTHER = User("ldapother", 70002, 70101)    # is granted none
BARRED = User("ldapbarred", 70003, 70101)  # is refused by SSSD's access provider
LOCAL_USER = User("local", 70004, 70104)   # exists in /etc/passwd alone
NOBODY = User("", 70009, 70109)            # exists nowhere
RANGES = {"uid": (2147483648, 65536), "gid": (2147549184, 65536)}


class Directory:
    """Both servers; provider is ldap, or ipa, where SSSD knows subordinate ids, too. Use it with `with`."""

    def __init__(self, provider):
        self.provider = provider

    def __enter__(self):
        bring_up_loopback()
        self.slapd = Slapd()
        self.sssd = Sssd(self.provider)
        return self

    def __exit__(self, *_):
        self.sssd.kill()
        self.slapd.kill()

    def start(self):
        """Both run, and SSSD has answered: USER is in its caches, nobody else is. On a busy machine it may take slapd for
        gone, for a minute, unless it is started again."""
        self.slapd.start()
        self.sssd.start()
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < end, self.sssd.logs()
            self.sssd.restart_cold()
        return self

    @staticmethod
    def _answers():
        answer = subprocess.run(["getent", "-s", "sss", "passwd", USER.name], timeout=PATIENCE, capture_output=True)
        return answer.stdout.startswith(f"{USER.name}:".encode())


class Slapd:
    """The LDAP server."""

    def __init__(self):
        self.home = SCRATCH / "slapd"
        self.processes = []
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home / "data").mkdir(parents=True)
        self.config = fill("slapd.conf", self.home / "slapd.conf")
        quietly(["slapadd", "-q", "-f", self.config, "-l", HERE / "users.ldif"])

    def start(self):
        # Without -d it returns when it listens.
        quietly(["slapd", "-f", self.config, "-h", "ldap://127.0.0.1"])
        self.processes = [Process(int((self.home / "pid").read_text()))]

    def kill(self):
        kill(self.processes)
        self.processes = []

    def freeze(self):
        freeze(self.processes)

    def thaw(self):
        thaw(self.processes)


class Sssd:
    """SSSD's monitor and its children: sssd_be, sssd_nss, sssd_pam."""

    def __init__(self, provider):
        self.processes = []
        self.monitor = None
        self.forget()
        fill(f"sssd.{provider}.conf", "/etc/sssd/sssd.conf", mode=0o600)
        Path("/etc/sssd/conf.d").mkdir()  # logged as an error otherwise
        if provider == "ipa":
            place("/etc/ldap/ldap.conf", "SASL_SECPROPS none\n")  # allows ANONYMOUS
            place("/etc/krb5.keytab", keytab(b"EXAMPLE", b"host", b"client.example"), mode=0o600)

    def start(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, (SCRATCH / "sssd-stderr").open("w") as errors:
            path = SCRATCH / "sssd-ready"
            path.unlink(missing_ok=True)
            ready.bind(str(path))
            ready.settimeout(PATIENCE)
            self.monitor = subprocess.Popen(
                ["sssd", "-i", "--logger=files"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                start_new_session=True, env={"PATH": "/usr/sbin:/usr/bin", "NOTIFY_SOCKET": str(path)})
            self.processes = [Process(self.monitor.pid)]
            said = ready.recv(4096)
        assert b"READY=1" in said.split(b"\n"), said
        self.processes += [Process(pid) for pid in children(self.monitor.pid)]

    def stop(self):
        """Ends it the orderly way. What it has left in its memory cache still counts for its clients."""
        self.processes[0].send(signal.SIGTERM)
        for process in self.processes:
            process.wait()
        self._reap()

    def kill(self):
        kill(self.processes)
        self._reap()

    def _reap(self):
        if self.monitor:
            self.monitor.wait(PATIENCE)
        self.processes, self.monitor = [], None

    def restart_cold(self):
        """As after a boot with nothing cached. Works while slapd is frozen; needed after that, as SSSD believes in what
        it could not find (for 15 s) and that it is offline (for 60 s)."""
        self.kill()
        self.forget()
        self.start()

    def freeze(self):
        freeze(self.processes)

    def thaw(self):
        # The monitor last: it ends children that do not answer it.
        thaw(reversed(self.processes))

    @staticmethod
    def forget():
        """Empties its caches and removes its sockets; for while it does not run."""
        for name, mode in {"": 0o755, "db": 0o700, "mc": 0o775, "pipes": 0o755, "pipes/private": 0o700,
                           "pubconf": 0o755, "pubconf/krb5.include.d": 0o755, "gpo_cache": 0o755,
                           "deskprofile": 0o755, "keytabs": 0o700, "secrets": 0o700}.items():
            directory = Path("/var/lib/sss", name)
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            directory.chmod(mode)
        Path("/var/log/sssd").mkdir(exist_ok=True)

    @staticmethod
    def logs():
        files = [SCRATCH / "sssd-stderr", *Path("/var/log/sssd").iterdir()]
        return "".join(file.read_text() for file in files)


# ---- files ---------------------------------------------------------------------------------------------------------

def reset_etc():
    """Everything under /etc: one local user beside support's, no PAM policy that admits anybody."""
    for path in Path("/etc").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    support.reset_etc()
    nsswitch()
    with open("/etc/passwd", "a") as file:
        file.write(f"{LOCAL_USER.name}:x:{LOCAL_USER.uid}:{LOCAL_USER.gid}::/nonexistent:/bin/sh\n")
    place("/etc/hosts", "127.0.0.1 localhost\n")
    place("/etc/pam.d/other", "account required pam_deny.so\n")


def nsswitch(passwd="files sss", subid=None):
    support.put("/etc/nsswitch.conf", f"passwd: {passwd}\ngroup: {passwd}\n" + (f"subid: {subid}\n" if subid else ""))


def place(path, content, **options):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    support.put(path, content, **options)


def fill(template, path, **options):
    """Copies a file from beside this one with the directories in it."""
    text = (HERE / template).read_text().replace("@SCRATCH@", str(SCRATCH)).replace("@HERE@", str(HERE))
    place(path, text, **options)
    return path


def keytab(realm, *components):
    """A Kerberos key file of one principal with a key of zeros: without one the ipa provider does not start."""
    names = b"".join(struct.pack(">H", len(name)) + name for name in (realm, *components))
    kind, time_made, version, aes256 = 1, 0, 1, 18
    entry = struct.pack(">H", len(components)) + names + struct.pack(">IIBHH", kind, time_made, version, aes256, 32)
    return b"\x05\x02" + struct.pack(">i", len(entry) + 32) + entry + bytes(32)


def bring_up_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def quietly(command):
    outcome = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=PATIENCE, text=True)
    assert outcome.returncode == 0, f"{command}: {outcome.stdout}"
