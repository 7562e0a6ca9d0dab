# SPDX-License-Identifier: BSD-3-Clause
"""What the programs say and do in the cases that guest/cases has, whatever is in force."""

WHO = ("unconfined", "user")
INSTALLS = ("fcaps", "setuid")
KINDS = ("uid", "gid")


def each_map(text):
    """For both programs, what one of them says or leaves; {k} stands for uid or gid."""
    return "".join(text.replace("{k}", kind) for kind in KINDS)


def mapped(*lines):
    return each_map("\n".join(("new{k}map: 0", *lines)) + "\n")


def refused(*words):
    return each_map("\n".join(("new{k}map: 1", *(f"new{{k}}map: {word}" for word in words))) + "\n")


PLAIN = mapped("0 100000 65536")
NESTED = mapped("0 1000 1", "1 100000 65535") + mapped("0 0 1", "1 1000 1000")
OWN = "newgidmap: 0\n0 1000 1\ndeny\n"
DESCRIPTOR = "newuidmap: 0\n0 100000 65536\n"
WORDS = 2 * ('newuidmap: 1\nnewuidmap: uid range [0-1) -> [5-6) not allowed\n'
             'newuidmap: reason: /etc/subuid does not grant all of outside uids 5 to 5 to uid 1000, named "alice": 5 is '
             'the first one missing; what it grants is 100000 to 165535\n'
             'newuidmap: hint: as root: usermod --add-subuids FIRST-LAST NAME, with a range that is free\n')
PLUGIN = mapped("0 700000 65536") + "0: alice 700000 65536\n"
NOT_ADMITTED = refused("not admitted by the account policy",
                       'reason: the PAM policy for new{k}map refuses the caller: "Permission denied"')
CONTAINER = "0 1000 1\n1 100000 65536\n0\n"

# Cases that go the same way for everybody and in each install.
SAME = {"map": PLAIN, "own": OWN, "nested": NESTED, "descriptor": DESCRIPTOR, "words": WORDS, "plugin": PLUGIN,
        "admitted": PLAIN, "refused": NOT_ADMITTED}
