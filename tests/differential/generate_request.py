# SPDX-License-Identifier: BSD-3-Clause
"""Random requests: triples that the ranges grant, or nearly do, and the words that say so."""

from cases import LARGEST_ID, NO_ID
from generate_odd import odd_number

_ODD_TARGETS = ("0{pid}", "+{pid}", " {pid}", "{pid} ", "-{pid}", "{pid}x", "0x1", "", "0", "-1", "abc", "4294967297",
                "99999999999999999999", "FD:{fd}", "fd:", "fd:0{fd}", "fd:+{fd}", "fd: {fd}", "fd:{fd}x", "fd:-1",
                "fd:2147483648", "fd:{fd}", "\n{pid}", "00{pid}")


def triples_for(ranges, own, dice, odd):
    """The numbers of a request."""
    outside = [(own, 1)] if dice.random() < 0.35 or "own-id" in odd else []
    if ranges and "own-id" not in odd:
        outside += _pieces(ranges, dice)
    if not outside:
        outside = [(dice.choice((100000, own, 0, own + 1)), dice.choice((1, 1, 10)))]
    if "zero" in odd:
        outside.append((dice.choice((0, 0, own, own + 1, 5001, 5101, 4294967290)), 1))
    if "range" in odd:
        i = dice.randrange(len(outside))
        outside[i] = _nearly(*outside[i], dice)
    dice.random() < 0.3 and dice.shuffle(outside)
    triples = _with_insides(outside, dice)
    return _collide(triples, dice) if "limits" in odd else triples


def _pieces(ranges, dice):
    """Parts of the ranges that are granted, with none twice."""
    parts, wanted = [], dice.choice((1, 1, 1, 2, 3, 5, 6, 20, 340))
    for first, count in dice.sample(ranges, min(len(ranges), wanted)):
        cut = dice.choice((0, 0, 0, 1, count // 2))
        if count > cut:
            parts.append((first + cut, count - cut) if dice.random() < 0.5 else (first, count - cut))
    while len(parts) < wanted and dice.random() < 0.95:
        i = max(range(len(parts)), key=lambda each: parts[each][1], default=None)
        if i is None or parts[i][1] < 2:
            break
        first, count = parts[i]
        half = dice.choice((1, count // 2))
        parts[i:i + 1] = [(first, half), (first + half, count - half)]
    disjoint, end = [], -1
    for first, count in sorted(parts):
        if first > end:
            disjoint.append((first, count))
            end = first + count - 1
    if len(disjoint) > 1 and dice.random() < 0.2:  # one triple over all that touch
        disjoint = _joined(disjoint)
    return disjoint


def _joined(parts):
    joined = [parts[0]]
    for first, count in parts[1:]:
        before, size = joined[-1]
        joined[-1:] = [(before, size + count)] if before + size == first else [joined[-1], (first, count)]
    return joined


def _nearly(first, count, dice):
    """One more, one less, one aside, or as far as there are ids."""
    return dice.choice(((first, count + 1), (max(first - 1, 0), count), (first + 1, count), (first, count - 1),
                        (max(first - 1, 0), count + 1), (first, 0), (first, NO_ID - first), (first, NO_ID),
                        (first, LARGEST_ID), (LARGEST_ID, 1), (LARGEST_ID, 2), (NO_ID, 1), (0, NO_ID), (first, 1 << 32),
                        ((1 << 32) + first, count), (first, (1 << 32) + count), (first, (1 << 64) - 1)))


def _with_insides(outside, dice):
    """Inside ids from 0 on, or with holes; sometimes as far up as they go."""
    inside, triples = dice.choice((0, 0, 0, 1, 1000)), []
    if dice.random() < 0.03:
        inside = max(NO_ID - sum(count for _, count in outside), 0)
    for first, count in outside:
        triples.append((inside, first, count))
        inside += count + dice.choice((0, 0, 0, 0, 1, 100))
    return triples


def _collide(triples, dice):
    """Overlaps, on one side or both, or more triples than a map takes."""
    inside, outside, count = dice.choice(triples)
    return dice.choice((
        triples + [(inside, outside, count)], triples + [(inside, outside + count, 1)],
        triples + [(inside + count + 7, outside, 1)], triples + [(max(inside + count - 1, 0), outside + count, 1)],
        triples * 2, [(n, outside + n, 1) for n in range(dice.choice((339, 340, 341)))]))


def words_for(triples, form, dice, odd):
    """argv from the target on."""
    target = "{pid}" if form == "pid" else "fd:{fd}"
    words = [target, *(str(number) for triple in triples for number in triple)]
    if "number" in odd:
        i = dice.randrange(1, len(words))
        words[i] = odd_number(int(words[i]), dice)
    if "target" in odd and dice.random() < 0.5:
        words[0] = dice.choice(_ODD_TARGETS)
    if "arity" in odd:
        words = dice.choice((words[:-1], words + ["1"], words[:1], words[:1], [], ["--help"], ["--version"],
                             ["--help", "1"], ["-h"], words[1:], words + ["--help"]))
    return tuple(words)
