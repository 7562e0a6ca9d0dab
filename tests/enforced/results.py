# SPDX-License-Identifier: BSD-3-Clause
"""What the virtual machine left: for each case its output, and what the logs have between its mark and the next."""

import os
import re
from dataclasses import dataclass, field

LEFT = os.environ["ENFORCED_RESULTS"]


@dataclass
class Case:
    output: str
    status: str
    denials: list = field(default_factory=list)    # of SELinux, in the kernel's audit
    apparmor: list = field(default_factory=list)   # of AppArmor
    records: list = field(default_factory=list)    # of our programs, in the kernel's audit
    syslog: list = field(default_factory=list)     # of our programs


def text(name):
    """A file that was left."""
    with open(f"{LEFT}/{name}", encoding="utf-8", errors="backslashreplace") as file:
        return file.read()


def _sections(lines, mark):
    """The lines behind each mark, by the case that the mark names."""
    sections, current = {}, None
    for line in lines:
        begins = re.search(mark, line)
        if begins:
            current = sections.setdefault(begins[1], [])
        elif current is not None:
            current.append(line)
    return sections


def load():
    cases = {name: Case(text(f"{name}/output"), text(f"{name}/status").strip())
             for name in os.listdir(LEFT) if os.path.isdir(f"{LEFT}/{name}")}
    for name, lines in _sections(text("audit.log").splitlines(), r"text=case=([\w-]*) ").items():
        if name:
            cases[name].denials = [line for line in lines if line.startswith("type=AVC ") and " avc: " in line]
            cases[name].apparmor = [line for line in lines if 'apparmor="DENIED"' in line]
            cases[name].records = [line for line in lines if line.startswith("type=USYS_CONFIG ")]
    for name, lines in _sections(text("case.log").splitlines(), r"^case: ?([\w-]+)$").items():
        cases[name].syslog = [line for line in lines if line.startswith("new")]
    return cases


def kernel_log():
    return text("dmesg")
