# SPDX-License-Identifier: BSD-3-Clause
"""Makes a case smaller as long as the fault that it shows remains."""

import dataclasses

from cases import WHOLE, Case

MOST_ATTEMPTS = 300


def smaller(case, shows_fault):
    """The smallest case that was found within some attempts."""
    left = MOST_ATTEMPTS
    progress = True
    while progress and left > 0:
        progress = False
        for candidate in _candidates(case):
            left -= 1
            if left <= 0:
                break
            if candidate != case and shows_fault(candidate):
                case, progress = candidate, True
                break
    return case


def _candidates(case):
    """Smaller ones, those first that leave out most."""
    yield from _with_less_words(case)
    yield from _with_less_text(case)
    for name in sorted(case.files):
        yield case.but(files={other: file for other, file in case.files.items() if other != name})
    yield case.but(parent=WHOLE)
    yield case.but(state="fresh")
    yield case.but(groups=(case.gid,))
    yield case.but(mode=Case.mode)


def _with_less_words(case):
    triples = len(case.words[1:]) // 3
    size = triples
    while size >= 1:
        for begin in range(0, triples, size):
            yield case.but(words=case.words[:1 + 3 * begin] + case.words[1 + 3 * (begin + size):])
        size //= 2


def _with_less_text(case):
    for name, file in case.files.items():
        lines = file.text.splitlines(keepends=True)
        size = len(lines)
        while size >= 1:
            for begin in range(0, len(lines), size):
                text = "".join(lines[:begin] + lines[begin + size:])
                yield case.but(files=case.files | {name: dataclasses.replace(file, text=text)})
            size //= 2
