# SPDX-License-Identifier: BSD-3-Clause
"""What nobody may get, by the words of subuid(5), and by other means than the model: for either pair."""

import re

from cases import NO_ID

_LINE = re.compile(r"([^:\n]+):(0|[1-9][0-9]{0,9}):([1-9][0-9]{0,9})", re.ASCII)


def _names(case):
    passwd = case.files.get("passwd")
    for line in passwd.text.split("\n") if passwd else ():
        match = re.fullmatch(rf"([^:#+-][^:]*):[^:]*:{case.uid}:[0-9]+:[^:]*:[^:]*:[^:]*", line, re.ASCII)
        if match and not re.fullmatch("[0-9]+", match[1], re.ASCII):
            yield match[1]


def _granted(case):
    """The ids from subuid or subgid, as half-open ranges."""
    owners = {str(case.uid), *_names(case)}
    for line in case.grants.text.split("\n") if case.grants else ():
        match = _LINE.fullmatch(line)
        if match and match[1] in owners and int(match[2]) + int(match[3]) <= NO_ID + 1 and int(match[3]) <= NO_ID \
                and len(line) < 1024:
            yield int(match[2]), int(match[2]) + int(match[3])


def _without(ranges, taken):
    """What is left of half-open ranges."""
    for low, high in taken:
        ranges = [part for begin, end in ranges
                  for part in ((begin, min(end, low)), (max(begin, high), end)) if part[0] < part[1]]
    return ranges


def _as_seen_by_caller(case, first):
    return next(here + first - above for here, above, size in case.parent if above <= first < above + size)


def too_much(case, outcome):
    """Why an outcome gives away more than was granted; None if it does not."""
    if outcome.status != 0 or not outcome.map or case.state in ("self", "written"):
        return None
    own = case.uid if case.kind == "uid" else case.gid
    granted = list(_granted(case))
    some_granted = False
    for _, first, count in outcome.map:
        first = _as_seen_by_caller(case, first)
        left = _without([(first, first + count)], granted)
        if left and (first, count) != (own, 1):
            return f"maps {left[0][0]} to {left[0][1] - 1}, which is not granted"
        some_granted = some_granted or not left
    if case.kind == "gid" and outcome.setgroups != "deny" and not some_granted:
        return "leaves setgroups allowed, with no id that is granted"
    return None
