# SPDX-License-Identifier: BSD-3-Clause
"""What the files of a case say, to us and, for each rule of rules.py that is given, to shadow 4.13."""

import re
from dataclasses import dataclass

from cases import NO_ID, WHOLE
from number_forms import as_strtoul, plain_decimal

LONGEST_LINE = 1023
EVERYTHING = (1 << 64) - 1


class Refused(Exception):
    """The request is refused; `late` if the kernel does it, to whom shadow has the map given."""

    def __init__(self, why, late=None):
        super().__init__(why)
        self.late = late


def lines_of(text):
    """A line that is too long counts for nothing."""
    return [line for line in text.split("\n") if line and len(line) <= LONGEST_LINE]


def text_of(file, rules=frozenset()):
    """What of the text is read."""
    text = file.text if file else ""
    if "nul-byte" not in rules:
        return text
    while "\0" in text:  # C ends the line there, before its newline, so the next one is joined to it
        before, after = text.split("\0", 1)
        _, newline, after = after.partition("\n")
        if newline and not after:
            raise Refused("ends within a line")
        text = before + after
    return text


# ---- which files count ---------------------------------------------------------------------------------------------

def _may(case, file, bit):
    """Whether the kernel lets the caller do what a bit of the mode stands for."""
    if case.uid == 0:
        return True
    shift = 6 if file.uid == case.uid else 3 if file.gid in (case.gid, *case.groups) else 0
    return bool(file.mode >> shift & bit)


def check_file(case, name, rules):
    """newuidmap(1): which files are refused. Returns the file, None if there is none."""
    file = case.files.get(name)
    if file is None:
        return None
    if file.type in ("directory", "fifo") and "odd-file" not in rules:
        raise Refused(f"{name} is no regular file")
    if not _may(case, file, 4) and "unreadable" not in rules:
        raise Refused(f"{name} cannot be read")
    if "caller-writes-it" in rules:
        return file
    if file.mode & 2 or case.uid != 0 and file.uid == case.uid:
        raise Refused(f"{name} is everybody's or the caller's")
    if case.uid != 0 and case.parent == WHOLE and _may(case, file, 2):
        raise Refused(f"{name} can be written by the caller")
    return file


# ---- accounts ------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Entry:
    name: str
    uid: int
    gid: int


def accounts(file):
    """The lines of passwd(5) that count."""
    entries = []
    for line in lines_of(text_of(file)):
        fields = line.split(":")
        if len(fields) != 7 or not fields[0] or line[0] in "#+-":
            continue
        uid, gid = plain_decimal(fields[2]), plain_decimal(fields[3])
        if uid is not None and gid is not None and uid < NO_ID and gid < NO_ID:
            entries.append(Entry(fields[0], uid, gid))
    return entries


def aux_groups_count(file):
    """login.defs(5): the last GRANT_AUX_GROUP_SUBIDS decides."""
    answer = False
    for line in lines_of(text_of(file)):
        match = re.fullmatch(r"\s*GRANT_AUX_GROUP_SUBIDS(?:\s+(.*?))?\s*", line, re.ASCII)
        if match:
            answer = (match[1] or "").strip('"').lower() == "yes"
    return answer


def services_of(database, file):
    """nsswitch.conf(5): the names of the first line that has some."""
    for line in lines_of(text_of(file)):
        match = re.match(rf"{database}:\s*([^#]*)", line.strip(), re.IGNORECASE)
        if match and match[1].strip():
            return match[1].split()
    return []


def name_services_fail(nsswitch, passwd):
    """newuidmap(1): without /etc/passwd a single "files" is the same as an empty file, and whoever asks libc for more
    has the failure of its last service."""
    services = services_of("passwd", nsswitch)
    return passwd is None and services not in ([], ["files"]) and services[-1] == "files"


# ---- grants --------------------------------------------------------------------------------------------------------

def _range_of(fields, rules):
    """The closed range that a line grants; None if it grants nothing."""
    if len(fields) < 3 or len(fields) > 3 and "fourth-field" not in rules:
        return None
    read = as_strtoul if "file-forms" in rules else plain_decimal
    first, count = read(fields[1]), read(fields[2])
    if first is None or count is None or not fields[0]:
        return None
    end = first + count
    if end - 1 <= NO_ID and 0 < count <= NO_ID:
        return first, end - 1
    if (end - 1) % (1 << 64) < first:
        return None
    if count == 0 or end > 1 << 64 or count >= 1 << 63:
        return (first, (end - 1) % (1 << 64)) if "wrapping-range" in rules else None
    return (first, end - 1) if "past-last-id" in rules else None


def _is_owner(text, case, entries, rules):
    """subuid(5): the uid, or a name of it."""
    names = [entry.name for entry in entries if entry.uid == case.uid]
    if "shared-name" in rules and names:
        return _is_shadows_owner(text, names[0], entries, rules)
    if _is_digits(text) and "name-of-digits" not in rules:
        return text == str(case.uid)
    return text == str(case.uid) or text in names


def _is_shadows_owner(text, name, entries, rules):
    """It knows the caller by the name of his account, and a name by the first line that has it."""
    uids = {entry.name: entry.uid for entry in reversed(entries)}
    if _is_digits(text) and "name-of-digits" not in rules:
        return text == str(uids[name])
    return text == name or text == str(uids[name]) or uids.get(text) == uids[name]


def _is_digits(text):
    return bool(re.fullmatch("[0-9]+", text, re.ASCII))


def granted(case, entries, rules):
    """The closed ranges of the caller."""
    ranges = []
    for line in lines_of(text_of(case.grants, rules)):
        fields = line.split(":")
        if line[0] not in "+-" and _is_owner(fields[0], case, entries, rules):
            found = _range_of(fields, rules)
            ranges += [found] if found else []
    return ranges


def covers(ranges, first, last):
    """Whether every id from first to last lies in one of them."""
    for start, end in sorted(ranges):
        if start <= first <= end:
            first = end + 1
    return first > last
