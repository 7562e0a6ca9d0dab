# SPDX-License-Identifier: BSD-3-Clause
"""The case that made this project: rootless Podman in a container that rootless Podman runs.

Every test runs on every Debian release that conftest.py names.
"""

import json

import pytest

debians_pair = pytest.mark.parametrize("pair", ["debian"])
our_pair = pytest.mark.parametrize("pair", ["setuid", "fcaps"])
our_setuid_pair = pytest.mark.parametrize("pair", ["setuid"])
each_tool = pytest.mark.parametrize("tool, map_file", [("newuidmap", "uid_map"), ("newgidmap", "gid_map")])

# The container's id 1000 and all that podman:1001:64535 grants, in the kernel's own columns.
WHOLE_MAP = ("         0       1000          1\n"
             "         1       1001      64535\n")

UNSHARE = ["podman", "unshare", "cat", "/proc/self/uid_map", "/proc/self/gid_map"]
NESTED_RUN = ["podman", "--storage-driver=vfs", "run", "--rm", "--network=none", "--cgroups=disabled",
              "--rootfs", "/nested", "/bin/busybox", "echo", "hello from the nested container"]

# Maps as Podman does, without Podman: prints the tool's exit status, then the map as it is afterwards.
MAP_BY_HAND = """
coproc TARGET { exec unshare --user sh -c 'echo in its namespace; read -r end'; }
read -r <&"${TARGET[0]}"
"$1" "$TARGET_PID" 0 1000 1 1 1001 64535
echo "status $?"
cat "/proc/$TARGET_PID/$2"
"""

# The container's own map has the two pieces 0 and 1 to 65536. Root and the ordinary user, both granted all of them, ask
# with both tools for the triples that follow; prints a line for each: who, what, the tool's exit status and the map.
MAP_FOR_EACH = """
printf '%s\\n' root:0:65536 podman:0:65536 | tee /etc/subuid > /etc/subgid
for user in 0 1000; do
    for id in uid gid; do
        setpriv --reuid=$user --regid=$user --clear-groups bash -c '
            coproc TARGET { exec unshare --user sh -c "echo in its namespace; read -r end"; }
            read -r <&"${TARGET[0]}"
            id=$1; shift
            "new${id}map" "$TARGET_PID" "$@"
            echo "$UID $id status $? map" $(cat "/proc/$TARGET_PID/${id}_map")' bash "$id" "$@"
    done
done
"""
ACROSS = ["0", "0", "65536"]
CUT_BY_HAND = ["0", "0", "1", "1", "1", "65535"]


def map_for_each(image, triples):
    return image.run("bash", "-c", MAP_FOR_EACH, "bash", *triples, options=["--user=0"]).succeeded()


def map_by_hand(image, tool, map_file, **options):
    return image.run("bash", "-c", MAP_BY_HAND, "bash", tool, map_file, **options).succeeded()


@debians_pair
@pytest.mark.parametrize("command", [UNSHARE, NESTED_RUN], ids=["unshare", "run"])
def test_control_debians_pair_fails_podman(image, command):
    """The case is real: with Debian's own setuid pair neither `podman unshare` nor `podman run` starts."""
    outcome = image.run(*command)
    assert outcome.status != 0, str(outcome)
    assert "newuidmap: write to uid_map failed: Operation not permitted" in outcome.stderr, str(outcome)


@debians_pair
@each_tool
def test_control_debians_pair_gives_no_reason(image, tool, map_file):
    """Debian's own setuid pair says exactly this line."""
    outcome = map_by_hand(image, tool, map_file)
    assert outcome.stderr == f"{tool}: write to {map_file} failed: Operation not permitted\n", str(outcome)
    assert outcome.stdout == "status 1\n", str(outcome)


@debians_pair
def test_control_debians_pair_cannot_map_across_pieces(image):
    """What lies in two pieces of the container's map is refused even to root, who gets it if he cuts it by hand."""
    outcome = map_for_each(image, ACROSS)
    assert outcome.stdout == "".join(f"{user} {kind} status 1 map\n" for user in (0, 1000) for kind in ("uid", "gid"))
    outcome = map_for_each(image, CUT_BY_HAND)
    assert "0 uid status 0 map 0 0 1 1 1 65535\n0 gid status 0 map 0 0 1 1 1 65535\n" in outcome.stdout, str(outcome)


@our_pair
def test_image_holds_our_pair_as_named(image, pair):
    """Modes and file capabilities survived the build, so that the other tests prove what their names say."""
    outcome = image.run("sh", "-c", "cd /usr/bin && stat -c '%a %U %n' new?idmap && getcap new?idmap").succeeded()
    assert outcome.stdout == {
        "setuid": "4755 root newgidmap\n4755 root newuidmap\n",
        "fcaps": "755 root newgidmap\n755 root newuidmap\nnewgidmap cap_setgid=ep\nnewuidmap cap_setuid=ep\n",
    }[pair], str(outcome)


@our_pair
def test_podman_unshare_maps_every_granted_id(image):
    """Where Debian's pair fails, ours writes exactly the uid and gid maps that Podman asks for."""
    outcome = image.run(*UNSHARE).succeeded()
    assert outcome.stdout == WHOLE_MAP + WHOLE_MAP, str(outcome)


@our_pair
def test_podman_runs_a_container_inside_a_container(image):
    """The maps are good enough for the real thing."""
    outcome = image.run(*NESTED_RUN).succeeded()
    assert outcome.stdout == "hello from the nested container\n", str(outcome)


@our_pair
def test_map_across_pieces(image, pair):
    """Ours is granted to root and to an ordinary user of the container, in the two pieces that it has; where a file
    capability is all that the tool has, an ordinary user cannot have outside uid 0."""
    outcome = map_for_each(image, ACROSS)
    granted = "status 0 map 0 0 1 1 1 65535"
    without_setfcap = {"setuid": granted, "fcaps": "status 1 map"}[pair]
    expected = [f"0 uid {granted}", f"0 gid {granted}", f"1000 uid {without_setfcap}", f"1000 gid {granted}"]
    assert outcome.stdout.splitlines() == expected, str(outcome)
    assert ("CAP_SETFCAP" in outcome.stderr) == (pair == "fcaps"), str(outcome)


@our_setuid_pair
@each_tool
def test_without_the_capability_the_refusal_has_a_reason(image, tool, map_file):
    """In a container that was denied the capabilities ours says Debian's line, then the cause, and writes no map."""
    outcome = map_by_hand(image, tool, map_file, options=["--cap-drop=setuid,setgid"])
    first, second = (outcome.stderr.splitlines() + ["", ""])[:2]
    assert first == f"{tool}: write to {map_file} failed: Operation not permitted", str(outcome)
    assert second.startswith(f"{tool}: reason: ") and "bounding set" in second, str(outcome)
    assert outcome.stdout == "status 1\n", str(outcome)


# ---- uidmap-doctor ---------------------------------------------------------------------------------------------------

# Root does what the arguments say; then the ordinary user maps.
CURE_AND_MAP = """
script=$1; shift
for remedy; do bash -ec "$remedy" || exit; done
for id in uid gid; do
    setpriv --reuid=1000 --regid=1000 --clear-groups bash -c "$script" bash "new${id}map" "${id}_map"
done
"""


def problems_in(image, doctor):
    outcome = image.run("/doctor/uidmap-doctor", "--json", options=doctor)
    assert outcome.status in (0, 1), str(outcome)
    told = json.loads(outcome.stdout)
    found = [finding for finding in told["findings"] if finding["severity"] == "problem"]
    assert told["ok"] == (outcome.status == 0) == (not found), str(outcome)
    return found


@debians_pair
def test_doctor_names_the_cause(image, doctor):
    """Of the failure that made this project uidmap-doctor names the cause, and nothing else. Its remedy cures it."""
    found = problems_in(image, doctor)
    assert [finding["check"] for finding in found] == ["helper-privilege", "helper-privilege"], found
    for finding, tool, map_file in zip(found, ("newuidmap", "newgidmap"), ("uid_map", "gid_map")):
        assert finding["sentence"] == (
            f'"/usr/bin/{tool}" is shadow\'s, built without support for capabilities, as Debian\'s is: it writes {map_file} '
            "as root, who has not made the target's user namespace, and CAP_SYS_ADMIN, which would make up for that, is "
            f'missing from the bounding set: "write to {map_file} failed: Operation not permitted"')
    remedies = [finding["remedy"].partition("as root here: ")[2] for finding in found]
    outcome = image.run("bash", "-c", CURE_AND_MAP, "bash", MAP_BY_HAND, *remedies, options=["--user=0"]).succeeded()
    assert outcome.stdout == f"status 0\n{WHOLE_MAP}" * 2, str(outcome)


@our_pair
def test_doctor_finds_no_problem(image, doctor):
    """With our pair there is none."""
    assert problems_in(image, doctor) == []
