# SPDX-License-Identifier: BSD-3-Clause
"""Filters of the caller's that deny, kill or lie about one system call from exec on, and listeners that are asked for
each: the map is exact or empty, and only a filter that kills ends a run by a signal."""

import errno
import signal

import pytest

import hostile
from attacked import PATIENCE, RANGE, REFUSED, Run, Targets, expect_exact_or_refused, own, run, words_of
from faults import outline
from processes import no_new_privs, prctl
from traced import CAPSET, EXIT_GROUP, PRCTL, SETRESUID, WRITE

PR_SET_SECUREBITS, NO_SETUID_FIXUP = 28, 4
BEFORE_MAIN = {10, 158}  # mprotect(2) and arch_prctl(2), of src/runtime/start.cc, which ends a run without a word
ACTIONS = {"eperm": hostile.ERRNO | errno.EPERM, "enosys": hostile.ERRNO | errno.ENOSYS, "lie": hostile.ERRNO,
           "trap": hostile.TRAP, "kill_process": hostile.KILL_PROCESS, "kill_thread": hostile.KILL_THREAD}
QUIET = BEFORE_MAIN | {WRITE}
KILLERS = ("kill_process", "kill_thread")
MOST_ANSWERS = 1000  # who answers read(2) for ever has an endless file, and waits for himself; then he goes away
BEFORE_HANDLERS = BEFORE_MAIN | {13, 14, 72, 131}  # those that come before SIGSYS has a handler


def each_call(targets, kind, extents):
    _, calls, _, _ = outline(kind, words_of(kind, targets.get(), extents))
    return sorted(set(calls))


def may_die_of(action, number):
    """The signals that are the filter's: its own, and that of the last instruction of a process that may not end."""
    if action in KILLERS or (action == "trap" and number in BEFORE_HANDLERS | {EXIT_GROUP}):
        return (signal.SIGSYS,)
    return (signal.SIGILL,) if number == EXIT_GROUP else ()


def expect_safe(ended, target, kind, extents, number, name):
    if name == "trap" and ended.status == 1 and not ended.said:  # by the handler, which says nothing
        assert target.map(kind) == [] or number == EXIT_GROUP
        return
    if number == EXIT_GROUP and ended.status == 1:
        return
    expect_exact_or_refused(ended, target, kind, *extents, killed=may_die_of(name, number), quiet=number in QUIET)


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("request_of", ("granted", "own", "refused"))
def test_filter(kind, name, request_of):
    extents = {"granted": [RANGE], "own": [own(kind)], "refused": [RANGE, REFUSED]}[request_of]
    with Targets() as targets:
        for number in each_call(targets, kind, extents):
            target = targets.get()
            try:
                ended = run(kind, target, *extents, **hostile.filtered(number, ACTIONS[name]))
                expect_safe(ended, target, kind, extents, number, name)
            except AssertionError as failure:
                raise AssertionError(f"call {number}: {failure}") from None
            assert request_of != "refused" or target.map(kind) == [], number


@pytest.mark.parametrize("number", (SETRESUID, CAPSET), ids=("setresuid", "capset"))
def test_filter_that_lies_about_privilege(kind, mode, number):
    """Where it is not put down, an exact map would be no success."""
    with Targets() as targets:
        target = targets.get()
        ended = run(kind, target, RANGE, **hostile.filtered(number, ACTIONS["lie"]))
        is_made = mode == "setuid" or number == CAPSET  # from a file capability no id has to change
        assert expect_exact_or_refused(ended, target, kind, RANGE) != is_made


@pytest.mark.modes("setuid")
def test_filter_that_keeps_what_the_caller_made_inheritable(kind):
    """CAP_AUDIT_WRITE, which has to leave that set before it can be put there again."""
    def late():
        hostile.regain_sys_admin(inheritable=1 << hostile.CAP_AUDIT_WRITE)
        hostile.install([CAPSET], hostile.ERRNO | errno.EPERM)

    with Targets() as targets:
        ended = run(kind, target := targets.get(), RANGE, prepare=hostile.keep_capabilities, late=late)
        assert not expect_exact_or_refused(ended, target, kind, RANGE)
        assert "capset" in ended.said


@pytest.mark.modes("setuid")
def test_filter_that_refuses_keepcaps_under_other_securebits(kind):
    """That is told apart from a bit that is locked."""
    def prepare():
        prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP)
        hostile.keep_capabilities()

    def late():
        hostile.regain_sys_admin()
        hostile.install([PRCTL], hostile.ERRNO | errno.EPERM, argument=hostile.PR_SET_KEEPCAPS)

    with Targets() as targets:
        ended = run(kind, target := targets.get(), RANGE, prepare=prepare, late=late)
        assert not expect_exact_or_refused(ended, target, kind, RANGE)
        assert "prctl(PR_SET_KEEPCAPS)" in ended.said


def listen(kind, target, extents, number, act):
    """act(listener, id, arguments, n) for each call; it answers, or closes the listener and says so."""
    started = Run(kind, words_of(kind, target, extents), **hostile.listened_to(number))
    listener = hostile.Listener(started)
    try:
        count = 0
        while heard := listener.heard(PATIENCE):
            if act(listener, *heard, count) or count == MOST_ANSWERS:
                break
            count += 1
    finally:
        listener.close()
    return started.wait()


def but_the_end(numbers):
    return [number for number in numbers if number != EXIT_GROUP]


@pytest.mark.parametrize("count", (0, 1))
def test_listener_that_goes_away(kind, count):
    """With a call in hand: that one, and all later ones, do not exist any more."""
    def leave(listener, identity, _arguments, n):
        if n == count:
            return True
        listener.let(identity)
        return False

    with Targets() as targets:
        for number in but_the_end(each_call(targets, kind, [own(kind)])):
            target = targets.get()
            ended = listen(kind, target, [own(kind)], number, leave)
            try:
                expect_exact_or_refused(ended, target, kind, own(kind), quiet=number in QUIET, denied=number == WRITE)
            except AssertionError as failure:
                raise AssertionError(f"call {number}: {failure}") from None


def test_listener_that_lets_all_pass(kind):
    """A run as ever, however long it takes."""
    with Targets() as targets:
        for number in but_the_end(each_call(targets, kind, [RANGE])):
            target = targets.get()
            ended = listen(kind, target, [RANGE], number, lambda listener, identity, *_: listener.let(identity))
            assert expect_exact_or_refused(ended, target, kind, RANGE), (number, ended)


@pytest.mark.parametrize("value", (1, 3, -1), ids=("one", "three", "all_ones"))
def test_listener_that_lies(kind, value):
    """With any number for an answer, from the first call on: nothing is mapped that was not granted."""
    with Targets() as targets:
        for number in but_the_end(each_call(targets, kind, [RANGE, REFUSED])):
            target = targets.get()
            ended = listen(kind, target, [RANGE, REFUSED], number,
                           lambda listener, identity, *_: listener.answer(identity, value))
            assert (ended.status, target.state()) == (1, target.before), (number, ended)


def test_caller_without_privilege_gains_none(kind):
    """He can have a listener only with no_new_privs, and then exec gives the tool nothing."""
    def late():
        hostile.install([CAPSET], hostile.NOTIFY, hostile.NEW_LISTENER)

    with Targets() as targets:
        target = targets.get()
        started = Run(kind, words_of(kind, target, [RANGE]), prepare=no_new_privs, late=late)
        ended = started.wait()
        assert ended.status == 1
        assert target.state() == target.before
