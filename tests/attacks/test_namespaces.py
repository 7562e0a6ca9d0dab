# SPDX-License-Identifier: BSD-3-Clause
"""Callers who are root of a user namespace of their own, and have mounted there what they like: whatever the tool is
shown, no id is mapped that the namespace does not have. And odd grant files, on file systems of the machine's."""

import os
import threading

import pytest

from attacked import RANGE, REFUSED, Run, Targets, expect_exact_or_refused, own, run, words_of
from namespaces import Nested, container, enter
from processes import ALICE, BOB, CLONE_NEWNS, LIBC, MS_BIND, ROOT, Target, become, check, mount
from support import SCRATCH, put

MIB = 1 << 20
# What alice's namespace has: her own ids as root's, and a thousand of those that she was granted.
INSIDE = {"uid": ((0, ALICE.uid, 1), (1, 100000, 1000)), "gid": ((0, ALICE.gid, 1), (1, 100000, 1000))}
EVERYTHING = "".join(f"{name}:0:4294967295\n" for name in ("root", "0", "alice", "5001"))
# Everything that a caller could ask for beyond it, and what is all right.
GREEDY = ([(0, 0, 2000)], [(0, 100000, 10)], [(0, 1001, 1)], [(0, 0, 1), (1, 5002, 1)], [(0, 4294967294, 1)],
          [(0, 1000, 2)], [(0, 0, 1001), (2000, 65534, 1)])
MODEST = ([(0, 0, 1)], [(0, 1, 1000)], [(0, 0, 1001)])


def outside_ids(target, kind):
    """The ids that a map has, as the machine counts them."""
    return {number for _, outside, count in target.map(kind) for number in (outside, outside + count - 1)}


def allowed(number, kind):
    return any(outside <= number < outside + count for _, outside, count in INSIDE[kind.name])


def liar(lies, target, outer):
    """Goes into a mount namespace where files are what the caller says, on a file system of his own."""
    def prepare():
        enter(outer)
        become(ROOT)
        check(LIBC.unshare(CLONE_NEWNS))
        mount("fake", f"{SCRATCH}/fake", "tmpfs")
        for number, (path, content) in enumerate(lies.items()):
            source = f"{SCRATCH}/fake/{number}"
            with open(source, "w") as file:
                file.write(content)
            os.chmod(source, 0o644)
            mount(source, path.format(target=target), flags=MS_BIND)

    return prepare


LIES = {
    "grants": {"/etc/subuid": EVERYTHING, "/etc/subgid": EVERYTHING},
    "names": {"/etc/subuid": EVERYTHING, "/etc/subgid": EVERYTHING, "/etc/passwd": "root:x:0:0::/:/bin/sh\n"},
    "map": {"/etc/subuid": EVERYTHING, "/etc/subgid": EVERYTHING, "/proc/{target}/uid_map": "",
            "/proc/{target}/gid_map": ""},
    "setgroups": {"/etc/subgid": EVERYTHING, "/proc/{target}/setgroups": "deny\n"},
    "status": {"/etc/subuid": EVERYTHING, "/etc/subgid": EVERYTHING, "/proc/{target}/stat": "1 (x) Z",
               "/proc/{target}/status": "nothing\n"},
}


@pytest.mark.parametrize("name", LIES)
def test_what_the_callers_root_mounts(kind, mode, name):
    os.makedirs(f"{SCRATCH}/fake", exist_ok=True)
    mapped = 0
    with container(INSIDE["uid"], INSIDE["gid"], maker=ALICE) as outer:
        for extents in GREEDY + MODEST:
            with Nested(outer, user=ROOT) as target:
                ended = run(kind, target, *extents, user=ROOT, prepare=liar(LIES[name], target, outer))
                assert ended.status in (0, 1), ended
                assert all(allowed(number, kind) for number in outside_ids(target, kind)), ended
                assert (ended.status == 0) == (target.map(kind) != []), ended
                assert ended.status == 1 or extents in MODEST, ended
                mapped += ended.status == 0
    expected = {"map": 0, "setgroups": None}.get(name, len(MODEST))
    assert mode == "setuid" or expected is None or mapped == expected


FAKES = ("file", "other_map", "other_process")


@pytest.mark.parametrize("fake", FAKES)
def test_proc_of_the_callers(kind, fake):
    """A plain file, or another procfs file, over the map; another process's directory over the target's. Only the
    last one can be mapped, being what the path leads to, and only because it is the caller's."""
    lure = f"{SCRATCH}/lure"
    put(lure, "", mode=0o666)
    with Targets() as targets, Target(ALICE) as other:
        target = targets.get()
        source, path = {"file": (lure, f"/proc/{target}/{kind.map_file}"),
                        "other_map": (f"/proc/{other}/{kind.map_file}", f"/proc/{target}/{kind.map_file}"),
                        "other_process": (f"/proc/{other}", f"/proc/{target}")}[fake]

        def prepare():
            check(LIBC.unshare(CLONE_NEWNS))
            mount(source, path, flags=MS_BIND)

        ended = run(kind, target, RANGE, prepare=prepare)
        assert os.path.getsize(lure) == 0
        assert target.state() == target.before
        assert (ended.status, other.map(kind)) == ((0, [RANGE]) if fake == "other_process" else (1, [])), ended


def test_proc_of_somebody_elses(kind):
    """Nor does a directory of the caller's own process over that of somebody else's change who that is."""
    with Target(BOB) as target, Target(ALICE) as other:
        def prepare():
            check(LIBC.unshare(CLONE_NEWNS))
            mount(f"/proc/{target}", f"/proc/{other}", flags=MS_BIND)

        ended = run(kind, other, RANGE, prepare=prepare)
        assert (ended.status, target.state(), other.state()) == (1, target.before, other.before)


def test_no_proc(kind):
    """A tmpfs in its place, with a directory of the caller's in the target's name."""
    with Targets() as targets:
        target = targets.get()

        def prepare():
            check(LIBC.unshare(CLONE_NEWNS))
            mount("proc", "/proc", "tmpfs")
            os.mkdir(f"/proc/{target}")
            for name in (kind.map_file, "setgroups"):
                put(f"/proc/{target}/{name}", "", uid=ALICE.uid, gid=ALICE.gid)
            os.chown(f"/proc/{target}", ALICE.uid, ALICE.gid)

        for extent in (RANGE, own(kind)):
            ended = run(kind, target, extent, prepare=prepare)
            assert (ended.status, target.state()) == (1, target.before), ended


# ---- grant files ---------------------------------------------------------------------------------------------------

def sparse(path, size, *lines):
    put(path, "\n".join(lines) + "\n")
    os.truncate(path, size)


def test_huge_file(kind):
    """256 MiB of zeros behind a line: it is read to the end, and is no line."""
    sparse(kind.subid, 256 * MIB, "alice:100000:65536")
    with Targets() as targets:
        ended = run(kind, target := targets.get(), RANGE)
        assert expect_exact_or_refused(ended, target, kind, RANGE)
        ended = run(kind, target := targets.get(), RANGE, REFUSED)
        assert not expect_exact_or_refused(ended, target, kind, RANGE, REFUSED)


def test_file_that_changes_all_the_time(kind):
    """It grows, and is cut, while it is read: what it never granted is not mapped."""
    over = threading.Event()

    def change():
        while not over.is_set():
            with open(kind.subid, "w") as file:
                for number in range(200):
                    file.write(f"alice:{100000 + number}:1\nbob:{REFUSED[1]}:65536\n")
                    if number % 50 == 0:
                        file.flush()

    changing = threading.Thread(target=change)
    changing.start()
    try:
        with Targets() as targets:
            for _ in range(50):
                for extents in ([(0, 100000, 1)], [(0, 100000, 200)], [REFUSED]):
                    ended = run(kind, target := targets.get(), *extents)
                    mapped = expect_exact_or_refused(ended, target, kind, *extents)
                    assert not mapped or extents != [REFUSED]
    finally:
        over.set()
        changing.join()


def test_file_on_an_overlay(kind):
    """As images have it; what makes a copy of it is the machine's root alone."""
    base = f"{SCRATCH}/layers"
    for name in ("upper", "work", "merged"):
        os.makedirs(f"{base}/{name}", exist_ok=True)

    def prepare():
        check(LIBC.unshare(CLONE_NEWNS))
        layers = f"lowerdir=/etc,upperdir={base}/upper,workdir={base}/work"
        mount("overlay", f"{base}/merged", "overlay", options=layers)
        mount(f"{base}/merged", "/etc", flags=MS_BIND)

    with Targets() as targets:
        ended = run(kind, target := targets.get(), RANGE, prepare=prepare)
        assert expect_exact_or_refused(ended, target, kind, RANGE)
        ended = run(kind, target := targets.get(), REFUSED, prepare=prepare)
        assert not expect_exact_or_refused(ended, target, kind, REFUSED)


PARALLEL = 100


def test_many_at_once(kind):
    """Runs that know nothing of each other: each has its map, and those for one target have one."""
    with Target() as shared:
        targets = [Target() for _ in range(PARALLEL // 2)]
        for target in targets:
            target.__enter__()
        try:
            for_one = [Run(kind, words_of(kind, shared, [RANGE])) for _ in range(PARALLEL // 2)]
            each = [Run(kind, words_of(kind, target, [RANGE])) for target in targets]
            statuses = [started.wait().status for started in for_one]
            assert sorted(statuses) == [0] + [1] * (len(statuses) - 1)
            assert shared.map(kind) == [RANGE]
            for target, started in zip(targets, each):
                assert expect_exact_or_refused(started.wait(), target, kind, RANGE)
        finally:
            for target in targets:
                target.__exit__()
