# SPDX-License-Identifier: BSD-3-Clause
"""A shell of alice's, who types what a page shows."""

import os
import subprocess
import time

ALICE, BOB = 1000, 1001
PASSWD = f"root:x:0:0::/:/bin/sh\nalice:x:{ALICE}:{ALICE}::/:/bin/sh\nbob:x:{BOB}:{BOB}::/:/bin/sh\n"
GROUP = f"root:x:0:\nalice:x:{ALICE}:\nbob:x:{BOB}:\n"
END = "end of what the command says"


def put(name, text):
    with open(f"/etc/{name}", "w") as file:
        file.write(text)


def reset_etc():
    for name, text in (("passwd", PASSWD), ("group", GROUP), ("nsswitch.conf", "passwd: files\ngroup: files\n"),
                       ("subuid", ""), ("subgid", ""), ("login.defs", "")):
        put(name, text)


class Shell:
    """One that reads commands as they come, so that each can be waited for."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["setpriv", f"--reuid={ALICE}", f"--regid={ALICE}", "--clear-groups", "env", "--ignore-environment",
             "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "bash", "--norc"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
            process_group=0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """What the page's commands have left running ends with the shell."""
        os.killpg(self.process.pid, 9)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def type(self, command):
        """What it says. A target that is started has made its namespace when this returns, as it has for a user who
        types no faster than others."""
        self.process.stdin.write(f"{command}\necho '{END}'\n")
        self.process.stdin.flush()
        lines = list(iter(self.process.stdout.readline, f"{END}\n"))
        if command.startswith("unshare --user") and command.endswith("&"):
            self.await_namespace(int(self.type("echo $!")))
        return "".join(lines)

    @staticmethod
    def await_namespace(pid):
        deadline = time.monotonic() + 10
        while os.readlink(f"/proc/{pid}/ns/user") == os.readlink("/proc/self/ns/user"):
            assert time.monotonic() < deadline
            os.sched_yield()
