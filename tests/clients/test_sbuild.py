# SPDX-License-Identifier: BSD-3-Clause
"""What sbuild's unshare mode starts every one of its commands with. A whole build needs a chroot with the build tools and
starts some forty of them, which is too long for this suite."""

import os

from maps import FIRST_GRANT, lines_of, new_directory, owner_of
from matrix import client

if os.environ["RELEASE"] == "bookworm":
    COMMAND = ["perl", "-MSbuild::Utility", "-e",
               "exec get_unshare_cmd({IDMAP => [['u', 0, 100000, 65536], ['g', 0, 100000, 65536]]}), @ARGV", "--"]
else:
    COMMAND = ["/usr/libexec/sbuild-usernsexec", "u:0:100000:65536", "g:0:100000:65536", "--"]


@client("sbuild", "its command in a namespace, for --chroot-mode=unshare", "sbuild")
def test_command(alice):
    file = new_directory(alice) / "file"
    script = 'cat /proc/self/uid_map /proc/self/gid_map; touch "$0"; chown 1:2 "$0"'
    outcome = alice.run(*COMMAND, "sh", "-euc", script, file).succeeded()
    assert lines_of(outcome.stdout) == FIRST_GRANT * 2
    assert owner_of(file) == (100001, 100002)
