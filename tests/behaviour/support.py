# SPDX-License-Identifier: BSD-3-Clause
"""The two tools, the ways to run them, what to expect of them, and the files under /etc they read."""

import os
import shutil
import stat
import struct
import subprocess
from dataclasses import dataclass

import agreement
from processes import ALICE, ALISON, BOB, DIGITS, ROOT, SIDE_GROUP, Target, become

TOOL = os.environ.get("TOOL_UNDER_TEST")
INSTALL_MODE = {"setuid": "setuid", "fcaps": "fcaps", "both": "both", "shadow": "setuid"}
OURS = TOOL in ("setuid", "fcaps", "both")  # and not another suite that borrows this module
SCRATCH = os.environ.get("BEHAVIOUR_SCRATCH", "")
SOURCE = "/usr/bin" if TOOL == "shadow" else os.environ.get("UIDMAP_NG_BUILD", "")
DOCTOR = "uidmap-doctor"
CAP_SETGID, CAP_SETUID, CAP_LAST = 6, 7, 40


@dataclass(frozen=True)
class Kind:
    """What differs between newuidmap and newgidmap."""
    name: str
    capability: int
    usage: str

    @property
    def tool(self):
        return f"new{self.name}map"

    @property
    def map_file(self):
        return f"{self.name}_map"

    @property
    def subid(self):
        return f"/etc/sub{self.name}"

    def own(self, user):
        return user.uid if self.name == "uid" else user.gid

    def not_allowed(self, inside, outside, count):
        mapping = f"[{inside}-{inside + count}) -> [{outside}-{outside + count})"
        return f"{self.tool}: {self.name} range {mapping} not allowed"

    def failed_write(self, why):
        return f"{self.tool}: write to {self.map_file} failed: {why}"


UID = Kind("uid", CAP_SETUID, "usage: newuidmap [<pid>|fd:<pidfd>] <uid> <loweruid> <count> "
           "[ <uid> <loweruid> <count> ] ... ")
GID = Kind("gid", CAP_SETGID, "usage: newgidmap [<pid|fd:<pidfd>] <gid> <lowergid> <count> "
           "[ <gid> <lowergid> <count> ] ... ")


def install(kind, directory, setuid, capability):
    """Copies a tool, with the set-user-ID bit, its file capability, both or neither. Returns the path of the copy."""
    path = f"{SCRATCH}/{directory}/{kind.tool}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copyfile(f"{SOURCE}/{kind.tool}", path)
    os.chmod(path, 0o4755 if setuid else 0o755)
    if capability:  # revision 2, effective: what `setcap cap_setuid=ep` writes
        os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, 1 << kind.capability, 0, 0, 0))
    return path


def install_doctor(directory):
    """Copies uidmap-doctor, which has no mark."""
    shutil.copy(f"{SOURCE}/src/{DOCTOR}", f"{SCRATCH}/{directory}/{DOCTOR}")


@dataclass(frozen=True)
class Result:
    status: int  # negative: died by that signal
    stdout: str
    stderr: str

    @property
    def first(self):
        return self.stderr.partition("\n")[0]

    @property
    def detail(self):
        """What follows the first line: the diagnosis."""
        return self.stderr.partition("\n")[2]


def start_tool(kind, *arguments, user=ALICE, gid=None, prepare=None, path=None, argv=None, env=None, **popen):
    """Starts the tool as a user. A tuple among the arguments stands for its elements. prepare runs in the new
    process, still as root, before exec; argv replaces the whole argument list, the program's name included."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | popen
    return subprocess.Popen([kind.tool, *_words(arguments)] if argv is None else argv,
                            preexec_fn=_entry(user, gid, prepare), env=env or {},
                            executable=path or f"{SCRATCH}/tools/{kind.tool}", **streams)


def _words(arguments):
    return [str(word) for argument in arguments for word in (argument if isinstance(argument, tuple) else (argument,))]


def _entry(user, gid, prepare):
    def enter():
        if prepare:
            prepare()
        become(user, gid)
    return enter


def explain(kind, *arguments, user=ALICE, gid=None, prepare=None, path=None, argv=None, env=None, **popen):
    """What uidmap-doctor says of the run that start_tool would start."""
    program = path or f"{SCRATCH}/tools/{kind.tool}"
    words = _words(arguments) if argv is None else argv[1:]
    command = [f"{SCRATCH}/tools/{DOCTOR}", "explain", "--json", "--program", program, kind.tool, *words]
    return agreement.ask(command, _entry(user, gid, prepare), **popen)


def run_tool(kind, *arguments, timeout=10, says=None, **start):
    """Runs the tool to its end, which is soon; explain has to say the same before. `says` is what the tool says where
    that cannot be read here."""
    explained = explain(kind, *arguments, **start) if OURS and not agreement.is_exempt() else None
    process = start_tool(kind, *arguments, **start)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    result = Result(process.returncode, (out or b"").decode("latin-1"), (err or b"").decode("latin-1"))
    if explained:
        agreement.compare(explained, result.status, result.stderr if says is None and err is not None else says)
    return result


# ---- what to expect ------------------------------------------------------------------------------------------------

def assert_granted(result, target, kind, *extents):
    """Status 0, silence, and the map is exactly what was asked for."""
    assert result == Result(0, "", "")
    assert target.map(kind) == sorted(extents)


def assert_refused(result, *targets):
    """Status 1 with a message on stderr, nothing on stdout, and the targets are as they were."""
    assert result.status == 1
    assert result.stdout == ""
    assert result.stderr.endswith("\n")
    for target in targets:
        assert target.state() == target.before


def expect_granted(kind, *extents, user=ALICE, **start):
    """Maps a fresh target of the user."""
    with Target(user) as target:
        assert_granted(run_tool(kind, target, *extents, user=user, **start), target, kind, *extents)


def expect_refused(kind, *extents, user=ALICE, **start):
    """Fails to map a fresh target of the user. Returns what the tool said."""
    with Target(user) as target:
        result = run_tool(kind, target, *extents, user=user, **start)
        assert_refused(result, target)
    return result


# ---- files under /etc ----------------------------------------------------------------------------------------------

# Files that alice could have written herself, as arguments for put().
DOUBTFUL = {
    "world_writable": {"mode": 0o666}, "writable_by_others": {"mode": 0o646},
    "callers_own": {"uid": ALICE.uid}, "callers_own_read_only": {"uid": ALICE.uid, "mode": 0o444},
    "callers_group": {"gid": ALICE.gid, "mode": 0o664}, "callers_side_group": {"gid": SIDE_GROUP, "mode": 0o664},
}


def reset_etc():
    """The files every test starts with: users, no grants, local files as the only source."""
    known = (ROOT, ALICE, ALISON, BOB, DIGITS)
    put("/etc/passwd", "".join(f"{user.name}:x:{user.uid}:{user.gid}::/nonexistent:/bin/sh\n" for user in known))
    put("/etc/group", "".join(f"{user.name}:x:{user.gid}:\n" for user in known) + f"side:x:{SIDE_GROUP}:alice\n")
    put("/etc/nsswitch.conf", "passwd: files\ngroup: files\n")
    put("/etc/login.defs", "")
    put("/etc/subuid", "")
    put("/etc/subgid", "")


def put(path, content, mode=0o644, uid=0, gid=0):
    """Makes path a regular file with this content, whatever was there before."""
    remove(path)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    os.chown(path, uid, gid)
    os.chmod(path, mode)


def remove(path):
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            os.rmdir(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass


def grant(kind, *lines):
    """Fills /etc/subuid or /etc/subgid."""
    put(kind.subid, "".join(f"{line}\n" for line in lines))
