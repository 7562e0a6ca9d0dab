# SPDX-License-Identifier: BSD-3-Clause
"""Where our pair and that of shadow 4.13 differ on purpose.

A rule is a choice that the model (model.py) makes our way or, if its name is given, shadow's way. Two outcomes that
differ are intended if the model says ours without any rule and Debian's with some of them, so that what a rule excuses
is that very outcome. `line` stands in the manual page, which is looked up. `wider` rules are those by which shadow maps
ids that subuid(5) does not grant.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    name: str
    reason: str
    page: str
    line: str
    wider: bool = False


_NEWUIDMAP, _SUBUID = "newuidmap.1", "subuid.5"
_NUMBERS = "Numbers in hexadecimal or octal, with signs, blanks or leading zeros are refused, in arguments and in"
_FILES = "A last line without newline counts, symbolic links are followed, a missing file is the same as an empty one."

TABLE = (
    Rule("information", "to shadow these are bad process ids",
         _NEWUIDMAP, "are understood, alone on the command line."),
    Rule("no-triples", "shadow writes an empty map, which fails, and newgidmap has denied setgroups by then",
         _NEWUIDMAP, "Without triples neither program does anything;"),
    Rule("descriptor", "shadow has fd:N since 4.14, and takes no pidfd",
         _NEWUIDMAP, "is accepted, as in shadow since 4.14, for"),
    Rule("argument-forms", "a typing mistake becomes another number", _NEWUIDMAP, _NUMBERS),
    Rule("kernel-judges", "what the kernel refuses it refuses after setgroups was denied",
         _NEWUIDMAP, "Overlaps and limits are found and named before the kernel sees the map."),
    Rule("deny-remains", "the same, where it is the target that can have no such map",
         _NEWUIDMAP, "A request that is refused leaves"),
    Rule("whole-triples", "the kernel takes no triple over several lines of the parent's map",
         _NEWUIDMAP, "A triple over several lines of the parent namespace's map is cut and written"),
    Rule("opens-as-root", "the map of such a process belongs to root, as whom shadow opens it",
         _NEWUIDMAP, "The map of a process that is not dumpable is not written, also by a setuid root install."),
    Rule("zombie", "the same, for one that has ended",
         _NEWUIDMAP, "The target has ended, perhaps without being waited for"),
    Rule("foreign-namespace", "shadow has root's CAP_SYS_ADMIN over it, and we are the caller",
         _NEWUIDMAP, "The work is done as the caller with one capability, whichever way the programs are installed."),
    Rule("outside-zero", "Debian's pair is setuid root in any case, ours may have one file capability",
         _NEWUIDMAP, "a tracer without privilege, outside uid 0 without"),
    Rule("no-account", "shadow stops where a uid has no name", _NEWUIDMAP, "A caller without an entry in"),
    Rule("name-of-digits", "shadow gives a user whose name is a number what is meant for that uid",
         _NEWUIDMAP, "An owner of digits is a uid only.", wider=True),
    Rule("file-forms", "a line that is wrong would grant something else", _NEWUIDMAP, _NUMBERS, wider=True),
    Rule("wrapping-range", "shadow computes where a line ends without bounds, and grants all from its first id on",
         _NEWUIDMAP, "and other lines with a count of 0 grant nothing, and so do lines with a fourth field.",
         wider=True),
    Rule("past-last-id", "shadow grants a range that goes past the last id",
         _SUBUID, "nothing: goes past 4294967295", wider=True),
    Rule("fourth-field", "since 4.18 shadow wants exactly three fields, too",
         _SUBUID, "nothing: a fourth field", wider=True),
    Rule("nul-byte", "to shadow a line ends at such a byte, and a file that ends with one cannot be read",
         _SUBUID, "Nothing is granted either by a line with a blank or tab before the owner or behind the count",
         wider=True),
    Rule("missing-file", "shadow needs the file also for the own id", _NEWUIDMAP, _FILES),
    Rule("symbolic-link", "shadow follows none", _NEWUIDMAP, _FILES),
    Rule("odd-file", "a FIFO is an empty file for shadow, and it does not look at passwd and nsswitch.conf itself",
         _NEWUIDMAP, "The files that are read are opened as the caller and must be regular files."),
    Rule("caller-writes-it", "shadow does not look who can write a file",
         _NEWUIDMAP, "Files that others can write are refused.", wider=True),
    Rule("unreadable", "shadow reads them as root", _NEWUIDMAP, "The grant files must be readable for the caller."),
    Rule("login-defs", "shadow always reads this file, and ends if it cannot",
         _NEWUIDMAP, "Read only if the caller's real group is not his primary group, for the last line"),
    Rule("plugin", "shadow goes on with the files where a plugin cannot be loaded",
         _NEWUIDMAP, "A plugin that cannot be loaded, or fails, is a refusal; shadow goes on with the files"),
    Rule("shared-name", "where a name has two uids, shadow takes the lines of the one that passwd has first",
         _SUBUID, "Further names that", wider=True),
)
RULES = {rule.name: rule for rule in TABLE}
