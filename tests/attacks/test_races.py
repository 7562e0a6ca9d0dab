# SPDX-License-Identifier: BSD-3-Clause
"""The tool is stopped before each of its calls in turn, and the world changes: what it does then is right or refused.
tests/privileged/race_test.cc has the target that dies, is replaced, or executes something."""

import os
import signal

import audit
import pytest
from attacked import RANGE, Targets, expect_exact_or_refused, own, words_of
from faults import outline, steps
from processes import ALICE, CLONE_NEWNS, CLONE_NEWUSER, LIBC, MS_BIND, Target, check, mount
from reach import starve
from support import GID, SCRATCH, UID, grant, put, remove, reset_etc
from traced import EXIT_GROUP, SECCOMP, Trace

OTHERS = (9, 5001, 1)  # what somebody else maps meanwhile
ALICES_AND_BOBS = [(0, 100000, 10), (10, 200000, 10)]


def at_each_step(kind, extents, change, restore=lambda: None, **start):
    """change(target, pid) before each call; yields how each run ended, and on which target."""
    with Targets() as targets:
        restore()
        _, calls, first, main = outline(kind, words_of(kind, targets.get(), extents), **start)
        for step in [index for index in steps(calls, first) if index >= main]:
            restore()
            target = targets.get()

            def at(index, pid, _number):
                if index == step:
                    change(target, pid)

            yield Trace(kind, words_of(kind, target, extents), at=at, **start).to_the_end(), target, step


def expect_both(kind, extents, change, **start):
    """Both outcomes occur, and nothing else."""
    outcomes = {expect_exact_or_refused(ended, target, kind, *extents)
                for ended, target, _ in at_each_step(kind, extents, change, **start)}
    assert outcomes == {False, True}


def test_map_that_somebody_else_writes(kind):
    """Once it is there it stays, and the status tells whose it is."""
    def write(target, _pid):
        try:
            with open(f"/proc/{target}/{kind.map_file}", "w") as file:
                file.write("{} {} {}\n".format(*OTHERS))
        except PermissionError:
            pass  # ours is there

    seen = set()
    for ended, target, step in at_each_step(kind, [RANGE], write):
        assert (ended.status, target.map(kind)) in ((0, [RANGE]), (1, [OTHERS])), (step, ended)
        seen.add(ended.status)
    assert seen == {0, 1}


def replaced(path, content):
    put(f"{path}.new", content)
    os.rename(f"{path}.new", path)


def test_grants_that_are_taken_away(kind):
    """By rename, as usermod(8) does it: the file is the old one or the new one."""
    expect_both(kind, [RANGE], lambda *_: replaced(kind.subid, "bob:100000:65536\n"),
                restore=lambda: grant(kind, "alice:100000:65536"))


def test_grants_that_never_were_together(kind):
    """What one file grants, and what another that takes its place grants, do not add up."""
    for way in (replaced, lambda path, text: open(path, "w").write(text)):
        for ended, target, step in at_each_step(kind, ALICES_AND_BOBS, lambda *_: way(kind.subid, "alice:200000:10\n"),
                                                restore=lambda: grant(kind, "alice:100000:10")):
            assert not expect_exact_or_refused(ended, target, kind, *ALICES_AND_BOBS), (step, ended)


def test_name_that_changes(kind):
    """A uid that becomes another user's meanwhile has the grants of one of them."""
    def rename(*_):
        replaced("/etc/passwd", f"bob:x:{ALICE.uid}:{ALICE.gid}::/:/bin/sh\n")

    def restore():
        reset_etc()
        grant(kind, "alice:100000:10", "bob:200000:10")

    for ended, target, step in at_each_step(kind, ALICES_AND_BOBS, rename, restore=restore):
        assert not expect_exact_or_refused(ended, target, kind, *ALICES_AND_BOBS), (step, ended)


@pytest.mark.modes("setuid")
def test_audit_that_is_switched_off():
    """While it is on and its program is missing there is no map. Once it is off, even after the program could not be
    started, nothing is lost without it."""
    remove(audit.PROGRAM)
    outcomes = {}
    for ended, target, step in at_each_step(UID, [RANGE], lambda *_: remove(audit.PID_FILE),
                                            restore=lambda: put(audit.PID_FILE, "1\n")):
        outcomes[ended.calls[step]] = expect_exact_or_refused(ended, target, UID, RANGE)
    assert outcomes[SECCOMP] and not outcomes[EXIT_GROUP]


def in_mounts_of(pid, act):
    """Runs act() as root in the mount namespace of a process."""
    child = os.fork()
    if child == 0:
        try:
            mounts = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
            check(LIBC.setns(mounts, CLONE_NEWNS))
            act()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


def fake_process(target):
    """A directory of alice's with all that the tool looks for."""
    path = f"{SCRATCH}/fake"
    os.makedirs(f"{path}/{target}/ns", exist_ok=True)
    os.makedirs(f"{path}/self/ns", exist_ok=True)
    for directory in (f"{path}/{target}", f"{path}/self"):
        for name in ("uid_map", "gid_map", "setgroups", "stat", "status"):
            put(f"{directory}/{name}", "", uid=ALICE.uid, gid=ALICE.gid)
        put(f"{directory}/ns/user", "")
    os.chown(f"{path}/{target}", ALICE.uid, ALICE.gid)
    return path


def proc_is_hidden(kind, extents):
    def hide(target, pid):
        path = fake_process(target)
        in_mounts_of(pid, lambda: mount(path, "/proc", flags=MS_BIND))

    def private():
        check(LIBC.unshare(CLONE_NEWNS))

    for ended, target, step in at_each_step(kind, extents, hide, prepare=private):
        yield expect_exact_or_refused(ended, target, kind, *extents)
        for name in (kind.map_file, "setgroups"):
            assert os.path.getsize(f"{SCRATCH}/fake/{target}/{name}") == 0, step


def test_proc_that_is_mounted_over(kind):
    """Nothing is written to what is no proc; who holds the target's directory goes on."""
    assert set(proc_is_hidden(kind, [RANGE])) == {False, True}


def test_proc_that_is_mounted_over_and_setgroups():
    assert set(proc_is_hidden(GID, [own(GID)])) == {False, True}


def test_file_that_is_mounted_over_the_map(kind):
    """In the namespace of the tool, at any moment."""
    for name in (kind.map_file, "setgroups"):
        lure = f"{SCRATCH}/lure"
        put(lure, "", mode=0o666)

        def cover(target, pid):
            in_mounts_of(pid, lambda: mount(lure, f"/proc/{target}/{name}", flags=MS_BIND))

        for ended, target, step in at_each_step(kind, [own(kind)], cover,
                                                prepare=lambda: check(LIBC.unshare(CLONE_NEWNS))):
            expect_exact_or_refused(ended, target, kind, own(kind))
            assert os.path.getsize(lure) == 0, step


def test_caller_who_takes_descriptors_away(kind):
    """prlimit(2) on the tool is his as soon as it has his ids."""
    expect_both(kind, [own(kind)], lambda _target, pid: starve(pid))


def test_target_that_dies(kind):
    """And stays a zombie: what is written then is in a namespace that ends with it. In both ways of installing;
    tests/privileged/race_test.cc has the number that is another process's, too."""
    with Targets() as targets:
        _, calls, first, main = outline(kind, words_of(kind, targets.get(), [RANGE]))
    statuses = []
    for step in [index for index in steps(calls, first) if index >= main]:
        with Target() as target:
            def at(index, _pid, _number):
                if index == step:
                    target.kill()

            ended = Trace(kind, words_of(kind, target, [RANGE]), at=at).to_the_end()
            assert ended.status in (0, 1) and (ended.status == 0) == (ended.said == ""), (step, ended)
            statuses.append(ended.status)
    assert statuses == sorted(statuses, reverse=True) and set(statuses) == {0, 1}


class Restless(Target):
    """A target that goes into a namespace of its own when it is told to, and says so."""

    def settle(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # it may come before it is waited for
        super().settle()

    def live(self):
        signal.sigwait({signal.SIGUSR1})
        check(LIBC.unshare(CLONE_NEWUSER))
        os.write(self.kept[0], b"x")
        super().live()


def test_target_that_changes_its_namespace(kind):
    """Meanwhile, from the caller's own: it is mapped as if it had been there from the beginning, or not at all."""
    extents = [own(kind)]
    with Targets() as targets:
        _, calls, first, main = outline(kind, words_of(kind, targets.get(), extents))
    for step in [index for index in steps(calls, first) if index >= main]:
        answer, said = os.pipe()
        Restless.kept = (said,)
        with Restless(namespace=False) as target:
            def at(index, _pid, _number):
                if index == step:
                    os.kill(target.pid, signal.SIGUSR1)
                    assert os.read(answer, 1) == b"x"

            ended = Trace(kind, words_of(kind, target, extents), at=at).to_the_end()
            if step < len(ended.calls):  # and not refused before, in the namespace where it was
                assert (ended.status, target.map(kind)) in ((0, extents), (1, [])), (step, ended)
        os.close(answer)
        os.close(said)
    Restless.kept = ()

