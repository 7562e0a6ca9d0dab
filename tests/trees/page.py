# SPDX-License-Identifier: BSD-3-Clause
"""The examples of uidmap-shared-trees(7), as they stand in the page."""

import re
from dataclasses import dataclass, field

PAGE = "/suite/uidmap-shared-trees.7"


@dataclass
class Step:
    """A command behind a prompt, and what the page says it prints."""
    user: str
    command: str
    output: list = field(default_factory=list)

    @property
    def is_left_running(self):
        return self.command.endswith(" &")


def text():
    with open(PAGE) as file:
        return file.read()


def literal_blocks():
    """The lines of each, as a reader sees them, with those that a backslash continues made one."""
    examples = text().partition("\n.Sh EXAMPLES\n")[2].partition("\n.Sh ")[0]
    blocks = re.findall(r"\n\.Bd -literal.*?\n(.*?)\n\.Ed", examples, re.DOTALL)
    return [re.sub(r"\\e\n +", "", block).split("\n") for block in blocks]


def grants():
    """The lines for /etc/subuid and /etc/subgid that the examples name."""
    return re.findall(r"^\.Ql (\w+:\d+:\d+)$", text(), re.MULTILINE)


def readme():
    """The commands that README has of them, and what they print."""
    with open("/suite/README.md") as file:
        return re.search(r"\n## Shared trees\n.*?\n```\n(.*?)\n```\n", file.read(), re.DOTALL)[1].split("\n")


def steps():
    """All commands, in their order."""
    found = []
    for block in literal_blocks():
        for line in block:
            prompt = re.match(r"(\w+)[$#] (.*)", line)
            if prompt:
                found.append(Step(*prompt.groups()))
            else:
                found[-1].output.append(line)
    return found
