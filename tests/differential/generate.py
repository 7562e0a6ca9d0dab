# SPDX-License-Identifier: BSD-3-Clause
"""Random cases. Nine of ten are meant to be right in all but perhaps one thing."""

import random

from cases import FORMS, STATES, WHOLE, Case
from generate_files import files_for
from generate_request import triples_for, words_for

# Uids and gids differ, so that one that is taken for the other shows.
PEOPLE = {"root": (0, 0), "alice": (5001, 5101), "bob": (5002, 5102), "5001": (5003, 5103), "carol": (5004, 5104),
          "dave": (5005, 5105)}
STRANGER = (5010, 5110)  # has no account
SIDE_GROUP = 5109


# What can be odd about a case.
TOPICS = ("account", "arity", "file", "file", "group", "limits", "line", "line", "line", "number", "owner", "own-id",
          "own-id+limits", "own-id+state", "own-id+file", "range", "range", "services", "state", "state", "target",
          "zero")


def generate(seed, index):
    """The case with this number of this seed."""
    dice = random.Random(f"{seed}:{index}")
    odd = frozenset("+".join(dice.sample(TOPICS, dice.choices((0, 1, 3), (50, 42, 8))[0])).split("+"))
    parent = WHOLE if dice.random() < 0.85 else _parent(dice)
    name = dice.choices(("alice", "bob", "5001", "carol", "dave", "root", None), (52, 10, 7, 10, 8, 5, 8))[0]
    uid, gid = PEOPLE.get(name, STRANGER)
    gid = SIDE_GROUP if "group" in odd else gid
    kind = dice.choice(("uid", "gid", "gid", "gid") if "own-id" in odd else ("uid", "gid"))
    case = Case(kind=kind, mode=dice.choices(("setuid", "fcaps"), (7, 3))[0], uid=uid, gid=gid,
                groups=tuple(sorted({gid, *dice.sample((SIDE_GROUP, 5108, 0), dice.choice((0, 0, 1, 2)))})),
                target_uid=uid, target_gid=gid, parent=parent)
    case = _target(case, dice, odd)
    files, ranges = files_for(case, name, PEOPLE, dice, odd)
    own = uid if kind == "uid" else gid
    triples = triples_for(ranges, own, dice, odd)
    return case.but(files=files, words=words_for(triples, case.form, dice, odd))


def _parent(dice):
    """The lines of a container's maps. The first one has the users, as themselves."""
    lines, here, above = [(0, 0, 10000)], 10000, 10000
    for _ in range(dice.choice((1, 2, 3, 6, 12))):
        here += dice.choice((0, 0, 0, 1, 90000))
        above += dice.choice((0, 1, 5000))
        size = dice.choice((1, 2, 1000, 65536, 100000, 1 << 20))
        lines.append((here, above, size))
        here, above = here + size, above + size
    return tuple(dice.sample(lines, len(lines)) if dice.random() < 0.3 else lines)


def _target(case, dice, odd):
    form, state, ids = dice.choices(("pid", "directory", "path", "pidfd"), (94, 2, 2, 2))[0], "fresh", {}
    if dice.random() < 0.15:
        state = dice.choice(("other-map-written", "denied"))
    if "state" in odd:
        state = dice.choice((*STATES, "grandchild"))
    if "target" in odd:
        form = dice.choice(FORMS)
    if "owner" in odd:
        ids = dice.choice(({"target_uid": 5002}, {"target_gid": SIDE_GROUP}, {"target_uid": 0, "target_gid": 0},
                           {"target_gid": 5102}))
    return case.but(form=form, state=state, **ids)
