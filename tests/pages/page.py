# SPDX-License-Identifier: BSD-3-Clause
"""Manual pages as data: their sections, the transcripts in them, and the table of reasons that they must agree with."""

import os
import re
import subprocess

ROOT = os.path.realpath(f"{os.path.dirname(os.path.abspath(__file__))}/../..")


def read(path):
    with open(f"{ROOT}/{path}") as file:
        return file.read()


def section(page, title):
    """The source of one section of a page."""
    return re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", read(f"man/{page}"), re.DOTALL | re.MULTILINE)[1]


def transcript(page):
    """[(command, output)]: what stands behind $ in the literal displays of EXAMPLES, and what follows it there."""
    commands = []
    for display in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", section(page, "EXAMPLES"), re.DOTALL | re.MULTILINE):
        assert display.startswith("$ "), "a display in EXAMPLES begins with a command"
        for line in display.splitlines(keepends=True):
            if line.startswith("$ "):
                commands.append([line[2:].strip(), ""])
            else:
                commands[-1][1] += line
    return [tuple(each) for each in commands]


def rendered(page):
    """The page as it is read, without any blank: where a line ends is not the page's business."""
    text = subprocess.run(["mandoc", "-T", "ascii", f"{ROOT}/man/{page}"], check=True, text=True, stdout=subprocess.PIPE)
    return squeezed(re.sub(r".\x08", "", text.stdout))


def squeezed(text):
    return re.sub(r"\s+", "", text)


def reasons():
    """[(word, first line, reason, hint)] from src/core/reasons.cc."""
    source = read("src/core/reasons.cc")
    string = r'"(?:[^"\\]|\\.)*"'
    names = {name: joined(text) for name, text in
             re.findall(rf"constexpr std::string_view (k\w+) =\s*((?:{string}\s*)+);", source)}
    rows = re.findall(rf"\{{Reason::k\w+, \"([\w-]+)\", (k\w+|(?:{string}\s*)+),\s*((?:{string}\s*)+),\s*"
                      rf"((?:{string}\s*)+)\}}", source)
    return [(word, names.get(first) or joined(first), joined(why), joined(hint)) for word, first, why, hint in rows]


def joined(literals):
    return "".join(part.replace('\\"', '"') for part in re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def filled(text):
    """A sentence of that table as newuidmap says it, with dots and N for what is found out in a run."""
    names = {"p": "newuidmap", "i": "uid", "m": "uid_map", "g": "/etc/subuid", "c": "CAP_SETUID"}
    return re.sub(r"\{(\w)\}", lambda field: names.get(field[1], "N" if field[1].isdigit() else "..."), text)
