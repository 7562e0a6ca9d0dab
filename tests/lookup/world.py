# SPDX-License-Identifier: BSD-3-Clause
"""What uidmap-lookup meets: its own file, modules and their orders, nsswitch.conf and PAM policies."""

import os
import re
import select
import shutil
import signal
import subprocess
import time

from processes import ALICE, PR_SET_CHILD_SUBREAPER, prctl
from support import SCRATCH, SOURCE, UID, expect_granted, expect_refused, put, remove, reset_etc

LOOKUP_GROUP = 5999            # that of uidmap-lookup; nobody is in it
PLUGIN_RANGE = (0, 700000, 65536)   # what a test plugin that says yes grants, to anybody
NET_NAME, NET_UID, NET_GID = "netuser", 5010, 5110  # the user whom only the test name service knows
FIFO = f"{SCRATCH}/record/mark"
RACE = f"{SCRATCH}/modules/race"
PAM_MODULE = f"{SCRATCH}/modules/pam_test.so"
HERE = os.path.dirname(__file__)


def _program():
    """The path that is compiled into the pair."""
    with open(f"{SOURCE}/newuidmap", "rb") as file:
        return re.search(rb"/[\x20-\x7e]*/uidmap-lookup(?=\0)", file.read())[0].decode()


PROGRAM = _program()

# Plugins that always say the same, as macros for plugin.c, and one that does as ordered.
PLUGINS = {
    "ordered": "", "yes": "-DSTATUS=0 -DRESULT=1", "no": "-DSTATUS=0 -DRESULT=0", "mute": "-DSTATUS=0 -DRESULT=kUnset",
    "two": "-DSTATUS=0 -DRESULT=2", "unknown": "-DSTATUS=1 -DRESULT=1", "unreachable": "-DSTATUS=2 -DRESULT=1",
    "error": "-DSTATUS=3 -DRESULT=1", "four": "-DSTATUS=4 -DRESULT=1", "minus": "-DSTATUS=-1 -DRESULT=1",
    "huge": "-DSTATUS=0x7fffffff -DRESULT=1", "no_has_range": "-DOMIT_HAS_RANGE",
    "no_list": "-DSTATUS=0 -DRESULT=1 -DOMIT_LIST", "no_find": "-DSTATUS=0 -DRESULT=1 -DOMIT_FIND",
    "no_free": "-DSTATUS=0 -DRESULT=1 -DOMIT_FREE",
}


def build_modules():
    """Where the loader looks by itself, as the files of a package are: /etc/ld.so.cache need not know them."""
    for name, macros in PLUGINS.items():
        _compile("plugin.c", f"/usr/lib/libsubid_{name}.so", *macros.split())
    _compile("nss.c", "/usr/lib/libnss_test.so.2")
    _compile("pam.c", PAM_MODULE)
    put("/usr/lib/libsubid_text.so", "no library at all\n")
    _gcc(RACE, "race.c")


def _compile(source, path, *options):
    _gcc(path, source, "acts.c", "state.c", "-shared", "-fPIC", *options)


def _gcc(path, *words):
    words = (f"{HERE}/modules/{word}" if word.endswith(".c") else word for word in words)
    subprocess.run(["gcc", "-O1", "-g0", "-Wall", "-Wextra", "-Werror", *words, "-o", path], check=True)


# ---- the state every test starts with ------------------------------------------------------------------------------

def reset():
    """Nothing configured, nothing recorded, everything installed."""
    reset_configuration()
    empty(f"{SCRATCH}/record")
    os.mkfifo(FIFO)
    os.chmod(FIFO, 0o666)
    install_lookup()


def reset_configuration():
    """An /etc with a PAM policy for other programs, which nobody passes."""
    for directory in ("/etc", "/usr/lib/pam.d"):
        empty(directory)
    reset_etc()
    for directory in ("/etc/pam.d", "/etc/security", "/etc/lookup-test"):
        os.mkdir(directory)
    put("/etc/pam.d/other", "account required pam_deny.so\n")


def empty(directory):
    os.makedirs(directory, exist_ok=True)
    for entry in os.scandir(directory):
        shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)


def install_lookup(mode=0o2711, uid=0, gid=LOOKUP_GROUP):
    """As packages do; returns the path."""
    remove_lookup()
    os.makedirs(os.path.dirname(PROGRAM), exist_ok=True)
    shutil.copyfile(f"{SOURCE}/src/uidmap-lookup", PROGRAM)
    os.chown(PROGRAM, uid, gid)
    os.chmod(PROGRAM, mode)
    return PROGRAM


def remove_lookup():
    remove(PROGRAM)


# ---- configuration -------------------------------------------------------------------------------------------------

def nsswitch(passwd="files", subid=None):
    put("/etc/nsswitch.conf", f"passwd: {passwd}\n" + ("" if subid is None else f"subid: {subid}\n"))


def order(module, *lines):
    """Tells a test module what to do; modules/*.c say what each line means."""
    put(f"/etc/lookup-test/{module}", "".join(f"{line}\n" for line in lines))


def order_plugin(act="none", status=0, result=1):
    nsswitch(subid="ordered")
    order("plugin", act, status, result)


def order_nss(act="none", status=1, error=0, uid=NET_UID, gid=NET_GID, name=NET_NAME, passwd="files test"):
    nsswitch(passwd=passwd)
    order("nss", act, status, error, uid, gid, name)


def order_pam(act="none", status=0, kind=UID):
    policy(kind, f"account required {PAM_MODULE}")
    order("pam", act, status)


def policy(kind, *lines, directory="/etc/pam.d", **file):
    put(f"{directory}/{kind.tool}", "".join(f"{line}\n" for line in lines), **file)


# ---- outcomes ------------------------------------------------------------------------------------------------------

def expect_reason(kind, extent, *words, first=None, **start):
    """Refused, and what is said has all these words, and the first line if it is given."""
    result = expect_refused(kind, extent, **start)
    for word in words:
        assert word in result.detail
    if first is not None:
        assert result.first == first
    return result


def own(kind, user=ALICE):
    """The extent that needs no grant: one's own id."""
    return (0, kind.own(user), 1)


def expect_admitted(kind, **start):
    expect_granted(kind, own(kind, start.get("user", ALICE)), **start)


def no_lookup(kind):
    return f"{kind.tool}: cannot ask name services, subid plugins or PAM"


def no_subid(kind, service):
    return f'{kind.tool}: cannot ask "{service}" for subordinate {kind.name}s'


def no_policy(kind):
    return f"{kind.tool}: not admitted by the account policy"


def no_name(kind):
    return f"{kind.tool}: Cannot determine your user name."


def record(name):
    """The lines that a module has recorded."""
    try:
        with open(f"{SCRATCH}/record/{name}", encoding="latin-1") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def marked(fifo, limit=8):
    """Waits until a module says that it has come so far; returns its pid. fifo comes from open_fifo()."""
    assert select.select([fifo], [], [], limit)[0], "no module has come so far"
    return int(os.read(fifo, 16))


def open_fifo():
    """Readable before the first writer comes."""
    return os.open(FIFO, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


# ---- processes -----------------------------------------------------------------------------------------------------

def become_reaper():
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def children():
    with open("/proc/thread-self/children") as file:
        return [int(pid) for pid in file.read().split()]


def leftovers(limit=3):
    """The children that are still there when the time is over; they are then killed. The kernel kills uidmap-lookup
    before its parent's end can be seen, so that all it may need is the time to fall over."""
    end = time.monotonic() + limit
    running = [pid for pid in children() if not _ends(pid, max(0, end - time.monotonic()))]
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    for pid in children():
        os.waitpid(pid, 0)
    return running


def _ends(pid, limit):
    pidfd = os.pidfd_open(pid)
    try:
        return ended(pidfd, limit)
    finally:
        os.close(pidfd)


def ended(pidfd, limit):
    return bool(select.select([pidfd], [], [], limit)[0])


def status_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return file.read()
