# SPDX-License-Identifier: BSD-3-Clause
"""A case: everything that a run of a tool can depend on here, as text, so that it can be printed and run again."""

import dataclasses
import json
from dataclasses import dataclass, field

NO_ID = 4294967295
LARGEST_ID = NO_ID - 1
MOST_EXTENTS, LONGEST_TEXT = 340, 4095
WHOLE = ((0, 0, NO_ID),)

# What the target can be. All but "self", "guest" and "gone" have made a namespace of their own in that of the caller.
STATES = ("fresh", "other-map-written", "denied", "written", "self", "grandchild", "guest", "zombie", "gone",
          "non-dumpable")
# How it is named. All but the first are descriptors.
FORMS = ("pid", "directory", "path", "pidfd", "closed", "file")
DESCRIPTOR = 9


@dataclass(frozen=True)
class File:
    """A file in /etc. Text has a character for each byte. A link leads to a regular file with all the rest."""
    text: str = ""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    type: str = "regular"  # or link, directory, fifo


@dataclass(frozen=True)
class Case:
    """`words` is argv from the target on; {pid} and {fd} in the first one stand for the target's numbers."""
    kind: str = "uid"
    mode: str = "setuid"
    uid: int = 5001
    gid: int = 5101
    groups: tuple = (5101,)
    target_uid: int = 5001
    target_gid: int = 5101
    state: str = "fresh"
    form: str = "pid"
    words: tuple = ()
    parent: tuple = WHOLE  # the extents of the namespace in which all of it happens; that of the tests if it is WHOLE
    files: dict = field(default_factory=dict)  # a name in /etc, and its File; what is not here does not exist

    @property
    def grants(self):
        return self.files.get(f"sub{self.kind}")

    def but(self, **changes):
        return dataclasses.replace(self, **changes)

    def to_json(self):
        return json.dumps(dataclasses.asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text):
        values = json.loads(text)
        values["files"] = {name: File(**file) for name, file in values["files"].items()}
        values["parent"] = tuple(map(tuple, values["parent"]))
        return cls(**values | {name: tuple(values[name]) for name in ("groups", "words")})


@dataclass(frozen=True)
class Outcome:
    """What a run has left: the map as the kernel shows it to the tests, and setgroups. None without a process."""
    status: int  # negative: died by that signal
    map: tuple = None
    setgroups: str = None
