#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Results of tests/bench/run: as JSON, from its lines of words; from that JSON, as tables in Markdown, as points of a
chart, or as a check.

usage: report.py json|tables|points|check < INPUT"""

import json
import sys

TIMES = ("median_ns", "p10_ns", "p90_ns", "peak_kib", "runs")
OURS = ("ours-fcaps", "ours-setuid")
NAMES = {
    "floor": "floor",
    "floor-static": "static floor",
    "ours-fcaps": "ours (file capabilities)",
    "ours-setuid": "ours (setuid root)",
    "ours-fcaps-dynamic": "ours (file capabilities, dynamic)",
    "ours-setuid-dynamic": "ours (setuid root, dynamic)",
    "debian": "Debian's",
}
SCALED = ("floor-static", *OURS, "debian")
COUNTS = ("instructions", "instructions-main", "calls", "bounding-calls", "faults", "mapped", "resident")

# Features, each with a run that has it and one that has not: a world of tests/bench/world and a program.
FEATURES = (
    ("setuid root in place of file capabilities", ("log", "ours-setuid"), ("log", "ours-fcaps")),
    ("filter", ("log", "ours-fcaps"), ("log", "unconfined-fcaps")),
    ("line in the system log", ("log", "ours-fcaps"), ("", "ours-fcaps")),
    ("record in the kernel's audit (`uidmap-audit`)", ("log+audit", "ours-setuid"), ("log", "ours-setuid")),
    ("account from libc (`uidmap-lookup`)", ("log+lookup", "ours-fcaps"), ("log", "ours-fcaps")),
    ("PAM policy (`uidmap-lookup`)", ("log+pam", "ours-fcaps"), ("log", "ours-fcaps")),
)


def read_results(lines):
    """What the benchmark found, as it goes into the JSON."""
    machine, source = next(lines).rstrip("\n").split("\t")
    found = {"machine": machine, "source": source, "cases": [], "crowd": {}, "worlds": {}}
    for line in lines:
        kind, *words = line.rstrip("\n").split("\t")
        if kind == "case":
            head = {"lines": int(words[0]), "triples": int(words[1]), "last_grant": words[2]}
            if not found["cases"] or not head.items() <= found["cases"][-1].items():
                found["cases"].append({**head, "programs": {}})
            place, words = found["cases"][-1]["programs"], words[3:]
        elif kind == "crowd":
            found["crowd"].setdefault("users", int(words[0]))
            place, words = found["crowd"].setdefault("programs", {}), words[1:]
        else:
            place, words = found["worlds"].setdefault(words[0], {}), words[1:]
        numbers = place.setdefault(words[0], {})
        if kind == "count":
            numbers[words[1]] = int(words[2])
        else:
            numbers.update(zip(TIMES, map(int, words[1:])))
    return found


def ratio(programs, program):
    return programs[program]["median_ns"] / programs["floor"]["median_ns"]


def rounded(number):
    return f"{number:.2f}" if number < 10 else f"{number:,.0f}"


def count_of(number, thing):
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def row(*cells):
    print("|", " | ".join(str(cell) for cell in cells), "|")


def head(*cells, left=1):
    row(*cells)
    print("|" + "--|" * left + "--:|" * (len(cells) - left))


# ---- tables --------------------------------------------------------------------------------------------------------

def show_cases(cases):
    head("lines", "triples", "last grant", "floor, µs", *(f"{NAMES[program]}, × floor" for program in SCALED),
         "ours, peak KiB", "Debian's, peak KiB", left=3)
    for case in cases:
        programs = case["programs"]
        row(f"{case['lines']:,}", case["triples"], case["last_grant"], f"{programs['floor']['median_ns'] / 1000:.0f}",
            *(rounded(ratio(programs, program)) for program in SCALED),
            f"{most(programs, 'peak_kib'):,}", f"{programs['debian']['peak_kib']:,}")


def show_crowd(crowd):
    programs = crowd["programs"]
    head("program", "median, ms", "p10–p90, ms", "× floor")
    for program, name in NAMES.items():
        median, p10, p90 = (programs[program][time] / 1e6 for time in TIMES[:3])
        row(name, f"{median:.1f}", f"{p10:.1f}–{p90:.1f}", rounded(ratio(programs, program)))


def show_counts(programs):
    head("program", "time, × floor", "instructions", "those from main() on", "system calls",
         "more, to empty the bounding set", "page faults", "mapped, KiB", "resident, KiB")
    for program, name in NAMES.items():
        row(name, rounded(ratio(programs, program)),
            *(f"{programs[program][count]:,}" if count in programs[program] else "" for count in COUNTS))


def show_features(worlds):
    head("feature", "time, × floor", "instructions", "system calls", "page faults")
    for name, with_it, without_it in FEATURES:
        times = [ratio(worlds[world], program) for world, program in (with_it, without_it)]
        counts = [worlds[world][program] for world, program in (with_it, without_it)]
        calls = [count["calls"] + count["bounding-calls"] for count in counts]
        row(name, f"{times[0] - times[1]:+.2f}", f"{counts[0]['instructions'] - counts[1]['instructions']:+,}",
            f"{calls[0] - calls[1]:+}", f"{counts[0]['faults'] - counts[1]['faults']:+}")


def show_tables(found):
    """As README has them, with their captions."""
    print(f"{found['machine']}.\nWhole runs: medians, as multiples of the floor's, and peak memory.\n")
    show_cases(found["cases"])
    print(f"\n{found['crowd']['users']} users start a run each, back to back: time until the last has ended.\n")
    show_crowd(found["crowd"])
    print("\nWhat one run costs, for one line and one triple; counts are from exec on.\n")
    show_counts(found["worlds"]["log"])
    print("\nWhat a feature adds to such a run. Counts are those of the pair alone, the time is also that of a program "
          "in brackets.\n")
    show_features(found["worlds"])


def show_points(found):
    """For tests/bench/chart: blocks, each of a program's name and lines of place, label, median, p10 and p90. First the
    programs side by side in a few cases, then each along the lines of the file."""
    ends = [case for case in found["cases"] if case["last_grant"] == "end"]
    by_lines = [(case["lines"], case["programs"]) for case in ends if case["triples"] == 1]
    few = [("1 line, " + count_of(case["triples"], "triple"), case["programs"]) for case in ends
           if case["lines"] == 1 and case["triples"] != 30]
    few.append((count_of(found["crowd"]["users"], "user") + " at once", found["crowd"]["programs"]))
    short = [f"{lines:,}".replace(",000,000", " M").replace(",000", " k") for lines, _ in by_lines]
    for points in ([(place, *group) for place, group in enumerate(few)],
                   [(lines, label, programs) for label, (lines, programs) in zip(short, by_lines)]):
        for program in SCALED:
            print(f'"{NAMES[program]}"')
            for place, label, programs in points:
                ratios = (programs[program][time] / programs["floor"]["median_ns"] for time in TIMES[:3])
                print(place, label, *(f"{number:.3f}" for number in ratios), sep="\t")
            print("\n")


# ---- bounds --------------------------------------------------------------------------------------------------------

def most(programs, what):
    """Of our two, the one that does worse."""
    return max(programs[program][what] for program in OURS)


def bounds(case, one_line):
    """What must be so of a case: words, a number, and its least or most."""
    programs, size = case["programs"], (case["lines"], case["triples"])
    ours = most(programs, "median_ns") / programs["floor"]["median_ns"]
    against_debian = programs["debian"]["median_ns"] / most(programs, "median_ns")
    if size == (1, 1):
        yield "file capabilities, times the floor", ratio(programs, "ours-fcaps"), "at most", 1
        yield "setuid root, times the floor", ratio(programs, "ours-setuid"), "at most", 1.05
        yield "times as fast as Debian's", against_debian, "at least", 1.75
    if size == (100000, 1):
        yield "times the floor", ours, "at most", 2
        yield "times as fast as Debian's", against_debian, "at least", 15
    if size == (100000, 300):
        yield "times the floor", ours, "at most", 2.5
    yield "peak KiB more than for 1 line", most(programs, "peak_kib") - one_line[size[1]], "at most", 1024


def check(found):
    """Says what is as it must be, and what is not. Whether all of it is."""
    one_line = {case["triples"]: most(case["programs"], "peak_kib") for case in found["cases"] if case["lines"] == 1}
    good = True
    for case in found["cases"]:
        where = ", ".join((count_of(case["lines"], "line"), count_of(case["triples"], "triple"),
                           f"the last grant at the {case['last_grant']}"))
        for what, number, relation, bound in bounds(case, one_line):
            holds = number <= bound if relation == "at most" else number >= bound
            good = good and holds
            print(f"{'ok' if holds else 'NOT OK':6}  {where}: {what}: {number:.6g}, must be {relation} {bound}")
    return good


def main():
    if sys.argv[1:] == ["json"]:
        json.dump(read_results(sys.stdin), sys.stdout, indent=2)
        print()
    elif sys.argv[1:] == ["tables"]:
        show_tables(json.load(sys.stdin))
    elif sys.argv[1:] == ["points"]:
        show_points(json.load(sys.stdin))
    elif sys.argv[1:] == ["check"]:
        sys.exit(0 if check(json.load(sys.stdin)) else 1)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
