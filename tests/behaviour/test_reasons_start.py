# SPDX-License-Identifier: BSD-3-Clause
"""Refusals because of how the tool was started."""

import errno
import os
import resource
import subprocess

import pytest

import filters
from processes import ALICE, BOB, LIBC, ROOT, Target, prctl
from reasons import expect, produces
from support import INSTALL_MODE, TOOL, expect_granted, install

pytestmark = pytest.mark.usefixtures("granted")
RANGE = (0, 100000, 65536)
PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED = 28, 1 << 5
UNAME26 = 0x0020000


def cannot_start(kind, *, reason, hint=None, user=ALICE, **start):
    with Target(user) as target:
        expect(kind, (target, RANGE), f"{kind.tool}: cannot start safely", reason, hint, unchanged=[target], user=user,
               **start)


@produces("kKernelTooOld")
def test_old_kernel(kind):
    """A personality of the caller's makes the kernel call itself 2.6."""
    release = subprocess.run(["setarch", "--uname-2.6", "uname", "-r"], capture_output=True, check=True, text=True)
    cannot_start(kind, prepare=lambda: LIBC.personality(UNAME26),
                 reason=f'this kernel is Linux "{release.stdout.strip()}"; 5.10 is the oldest that is supported')


@produces("kNoStandardDescriptors")
def test_no_descriptors(kind):
    """A closed stream, and no descriptor allowed that could take its place. Root starts the tool, because a libc, where
    there is one (-Dlink=dynamic), kills a program that gains privilege in such a state."""
    def starve():
        os.close(0)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))

    cannot_start(kind, user=ROOT, prepare=starve, hint="start it with 0, 1 and 2 open",
                 reason="file descriptors 0 to 2 are closed and could not be filled: Too many open files")


@produces("kStartStepFailed")
def test_step_denied(kind):
    """A filter denies a step."""
    cannot_start(kind, prepare=lambda: filters.answer("setitimer", errno.EPERM),
                 reason="setitimer failed: Operation not permitted",
                 hint="a seccomp filter, a security module or a resource limit of the caller refuses it")


@produces("kStartStepNotEffective")
def test_step_without_effect(kind):
    """A filter says that a step was done."""
    cannot_start(kind, prepare=lambda: filters.answer("prlimit64", 0, 1, resource.RLIMIT_CORE),
                 reason="setrlimit reported success and changed nothing",
                 hint="a seccomp filter answers in place of the kernel; start it without that filter")


def remarked(kind, mode, uid=0, gid=0):
    """A copy of the tool with another owner or mode, and the capability that it has in this way of installing."""
    path = install(kind, "remarked", setuid=False, capability=False)
    os.chown(path, uid, gid)
    os.chmod(path, mode)
    if INSTALL_MODE[TOOL] != "setuid":
        marked = install(kind, "marked", setuid=False, capability=True)
        os.setxattr(path, "security.capability", os.getxattr(marked, "security.capability"))
    return path


@produces("kForeignGroup")
def test_setgid_file(kind):
    """A set-group-ID bit brings a group that nobody asked for."""
    mode = 0o2755 if INSTALL_MODE[TOOL] == "fcaps" else 0o6755
    cannot_start(kind, path=remarked(kind, mode, gid=BOB.gid),
                 reason=f"the effective group {BOB.gid} is not the caller's group {ALICE.gid}",
                 hint="remove the set-group-id bit (chmod g-s), or start it with one group only")


@produces("kForeignUser")
def test_setuid_file_of_another(kind):
    """A set-user-ID bit of somebody else than root."""
    cannot_start(kind, path=remarked(kind, 0o4755, uid=BOB.uid),
                 reason=f"the effective user {BOB.uid} is neither root nor the caller {ALICE.uid}",
                 hint="a setuid file must belong to root; otherwise start it with one user only")


def lock_keep_caps():
    prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED)


@produces("kKeepCapsLocked", absent={"fcaps": "no user id changes, so no capability has to be kept over the change"})
def test_keep_caps_locked(kind):
    """Securebits that the caller cannot undo."""
    cannot_start(kind, prepare=lock_keep_caps, hint="start it without the locked bit, or install it with file "
                                                    "capabilities",
                 reason="the caller's securebits lock SECBIT_KEEP_CAPS, so a setuid program cannot change to the "
                        "caller "
                        f"and keep CAP_SET{kind.name.upper()}")


@pytest.mark.install("fcaps")
def test_keep_caps_locked_is_no_matter(kind):
    """That is what its absence from one way of installing means."""
    expect_granted(kind, RANGE, prepare=lock_keep_caps)
