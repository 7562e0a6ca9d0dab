# SPDX-License-Identifier: BSD-3-Clause
"""The mutants of a source file: each is the file with a fault in one place. It goes by what clang-format makes sure of: operators
of two operands stand between blanks, brackets of templates do not."""

import collections
import re

Mutant = collections.namedtuple("Mutant", "file number old new")    # number: of the line, from 1; both texts without indent

EXCHANGES = {
    " < ": (" <= ",), " <= ": (" < ",), " > ": (" >= ",), " >= ": (" > ",), " == ": (" != ",), " != ": (" == ",),
    " + ": (" - ",), " - ": (" + ",), " * ": (" + ",), " && ": (" || ",), " || ": (" && ",), " & ": (" | ",), " | ": (" & ",),
    " << ": (" >> ",), " >> ": (" << ",), " += ": (" -= ",), " -= ": (" += ",), "++": ("--",),
}
NUMBER = re.compile(r"(?<![\w.'\"{])(0x[0-9a-fA-F]+|\d+)(?![\w.'\"}])")
SWAP = re.compile(r"(?<=\()(\w+), (\w+)(?=\))")
NO_CODE = re.compile(r"#|static_assert|using |template|namespace|\[\[nodiscard\]\] [^{]*;$|//|case .*:$|\w+\(\w+&?&?\) = ")
# Not a declaration, which is two words: without it nothing compiles.
STATEMENT = re.compile(r"(?!return\b|constexpr\b|const\b|auto\b|static\b|using\b|std::|UIDMAP_|[\w:<>]+[&*]? [\w\[\]]+(\(| =|\{|;)).*[\w)\]] ?(\(.*\)|[-+|&]?= .*|\+\+);$|\+\+\w+;$")


def without_comments(text):
    """The code of each line. No string of ours has two slashes, or opens a comment."""
    blank = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)
    return [line.split("//")[0].strip() for line in blank.splitlines()]


def is_in_string(code, at):
    return code[:at].replace('\\"', "").replace("'\"'", "").count('"') % 2 == 1


def replaced(code, match, new):
    return code[:match.start()] + new + code[match.end():]


def balanced_end(code, start):
    """Where the bracket that opens at `start` closes, or -1."""
    depth = 0
    for at in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return -1


def operators(code):
    for old, news in EXCHANGES.items():
        for match in re.finditer(re.escape(old), code):
            yield from ((match, new) for new in news)
    for match in NUMBER.finditer(code):
        yield match, f"{match[0]} + 1"
    for match in re.finditer(r"\b(true|false)\b", code):
        yield match, "false" if match[0] == "true" else "true"
    for match in SWAP.finditer(code):
        if match[1] != match[2]:
            yield match, f"{match[2]}, {match[1]}"


def mutations(code):
    """The texts that may stand in the place of a line."""
    for match, new in operators(code):
        if not is_in_string(code, match.start()):
            yield replaced(code, match, new)
    condition = re.match(r"(?:\} else )?(?:if|while) \(", code)
    end = balanced_end(code, condition.end() - 1) if condition else -1
    if end > 0 and " = " not in code[:end]:
        yield f"{code[:condition.end()]}!({code[condition.end():end]}){code[end:]}"
    if end > 0 and code[end + 1:].endswith(";"):
        yield code[:end + 1] + " {}"
    if STATEMENT.fullmatch(code):
        yield ";"


def mutants_of(file, text):
    for number, code in enumerate(without_comments(text), 1):
        if code and not NO_CODE.match(code):
            for new in dict.fromkeys(mutations(code)):
                yield Mutant(file, number, code, new)


def apply(mutant, text):
    lines = text.splitlines(keepends=True)
    lines[mutant.number - 1] = mutant.new + "\n"
    return "".join(lines)
