# SPDX-License-Identifier: BSD-3-Clause
"""Which calls of a run are made to fail, and with what."""

import errno
from collections import Counter

from attacked import expect_exact_or_refused
from traced import EXIT_GROUP, PRCTL, RT_SIGPROCMASK, WRITE, Trace

DONE = 0  # said, and not done
ERRORS = (errno.EPERM, errno.EINTR, errno.EIO, errno.EAGAIN, errno.ENOMEM, errno.EACCES, errno.EINVAL, errno.EMFILE,
          errno.ENOSYS, DONE)
FEW_ERRORS = (errno.EPERM, errno.ENOMEM, errno.EMFILE, DONE)
TO_THE_LOG = (41, 42, 44)  # socket, connect, sendto: without them there is no record, and nobody is told
# prctl(2) is called twice for each capability there is: the first ones, CAP_SETGID, CAP_SETUID and the last one do.
TELLING = (0, 1, 6, 7)


def outline(kind, words, whom=0, **start):
    """The calls of an undisturbed run, their first arguments, and the index of main's first one."""
    run = Trace(kind, words, whom=whom, **start)
    ended = run.to_the_end()
    main = run.calls.index(RT_SIGPROCMASK) if whom == 0 else 0
    return ended, run.calls, run.first, main


def steps(calls, first):
    """The indices of those that are worth a run of their own."""
    keys = [(number, argument & 0xFFFFFFFF) if number == PRCTL else index
            for index, (number, argument) in enumerate(zip(calls, first))]
    total, seen = Counter(keys), Counter()
    for index, key in enumerate(keys):
        if seen[key] in TELLING or seen[key] == total[key] - 1:
            yield index
        seen[key] += 1


def run_with_fault(kind, words, step, error, whom=0, **start):
    """One call is not made, and answered with an error, or with success. Returns how the run ended and which call it
    was."""
    run = Trace(kind, words, at=lambda index, pid, number: -error if index == step else None, whom=whom, **start)
    ended = run.to_the_end()
    return ended, run.calls[step] if step < len(run.calls) else None


def expect_safe(ended, target, kind, extents, step, main, number):
    """Whatever fails: the map is exact, or refused with a reason, as far as anything can be said. Before main a run
    ends without a word. Returns whether the map is written."""
    if step < main:
        mapped = target.map(kind)
        assert mapped in ([], sorted(extents)) and (ended.status == 0) == (mapped != []), ended
        return mapped != []
    if main and number == EXIT_GROUP:  # there is no other way to end but an instruction that faults
        assert target.map(kind) in ([], sorted(extents)) and ended.status == 1, ended
        return target.map(kind) != []
    if "could not be given up after the write" in ended.said:  # the capability; the map stays, and who asked must know
        assert target.map(kind) == sorted(extents) and ended.status == 1, ended
        return True
    return expect_exact_or_refused(ended, target, kind, *extents, quiet=number == WRITE)


