# SPDX-License-Identifier: BSD-3-Clause
"""What the pair costs in the start of a container, as Podman's user sees it. By hand, and not a test:

    RELEASE=bookworm UIDMAP_NG_BUILD=build tests/clients/run cost.py --capture=no

  ROUNDS  how often each pair is measured (default: 100)

Each round has the three pairs, in an order that moves on. Podman runs the pair only if no process keeps a namespace that was
mapped before, so all of alice's are ended before each start, outside of what is timed.
"""

import os
import statistics
import time
from pathlib import Path

import pytest

from conftest import CAPABILITIES, PAIRS
from outcome import run

ROUNDS = int(os.environ.get("ROUNDS", 100))
WARM_UP = 5
# Both tools as Podman runs them, without Podman; prints the microseconds.
PAIR_ALONE = """
coproc TARGET { exec unshare --user sh -c 'echo in its namespace; read -r end'; }
read -r <&"${TARGET[0]}"
start=${EPOCHREALTIME/./}
/usr/bin/newuidmap "$TARGET_PID" 0 1000 1 1 100000 65536 65537 200000 65536
/usr/bin/newgidmap "$TARGET_PID" 0 1000 1 1 100000 65536 65537 200000 65536
echo $((${EPOCHREALTIME/./} - start))
"""


@pytest.fixture(scope="session")
def pair():
    """Takes the place of the fixture that installs one pair after the other."""


def install(pairs, name):
    for tool in CAPABILITIES:
        run(["umount", f"/usr/bin/{tool}"])
        run(["mount", "--bind", pairs[name] / tool, f"/usr/bin/{tool}"]).succeeded()


def end_namespaces(user):
    user.end_everything()
    while run(["pgrep", "--uid", str(user.uid), "--runstates", "DRSTI"]).status == 0:
        pass
    Path(f"/run/user/{user.uid}/libpod/tmp/pause.pid").unlink(missing_ok=True)


def milliseconds(user, *command):
    end_namespaces(user)
    start = time.perf_counter()
    user.run(*command).succeeded()
    return (time.perf_counter() - start) * 1000


def spread(values):
    tenths = statistics.quantiles(values, n=10)
    return f"{statistics.median(values):8.2f} ({tenths[0]:.2f} to {tenths[-1]:.2f})"


def report(title, times):
    """The medians with their 10th and 90th percentiles; ratios are those of one round."""
    print(f"\n{title}")
    for name in PAIRS:
        ratios = [mine / debians for mine, debians in zip(times[name], times["debian"])]
        print(f"  {name:8}{spread(times[name])} ms   x Debian's{spread(ratios)}")


def test_cost(alice, pairs, small_tar, release):
    run_container = ["podman", "run", "--rm", "--network=none", "localhost/small", "true"]
    cases = {
        "the pair alone": lambda: int(alice.shell(PAIR_ALONE).succeeded().stdout) / 1000,
        "podman unshare true": lambda: milliseconds(alice, "podman", "unshare", "true"),
        " ".join(run_container): lambda: milliseconds(alice, *run_container),
    }
    times = {title: {name: [] for name in PAIRS} for title in cases}
    install(pairs, "debian")
    alice.run("podman", "import", small_tar, "localhost/small").succeeded()
    for number in range(-WARM_UP, ROUNDS):
        for position in range(len(PAIRS)):
            name = PAIRS[(number + position) % len(PAIRS)]
            install(pairs, name)
            for title, measure in cases.items():
                value = measure()
                if number >= 0:
                    times[title][name].append(value)
    print(f"\n\n{release}, {ROUNDS} rounds; medians (10th to 90th percentile)")
    for title in cases:
        report(title, times[title])
    alone = times["the pair alone"]
    for title in list(cases)[1:]:
        shares = {name: statistics.median(alone[name]) / statistics.median(times[title][name]) for name in PAIRS}
        print(f"share of the pair in {title}: " + ", ".join(f"{name} {share:.1%}" for name, share in shares.items()))
