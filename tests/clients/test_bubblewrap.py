# SPDX-License-Identifier: BSD-3-Clause
"""bubblewrap, which leaves the maps of its namespace to whoever has started it."""

import json
import os

import pytest

from maps import WHOLE_MAP, lines_of, new_directory, owner_of
from matrix import client

TRIPLES = [number for line in WHOLE_MAP for number in line]


def until_brace(descriptor):
    """bubblewrap writes its information in pieces."""
    text = b""
    while b"}" not in text:
        piece = os.read(descriptor, 4096)
        if not piece:
            pytest.fail(f"bubblewrap says no more than {text!r}")
        text += piece
    return json.loads(text)


@client("bubblewrap", "--userns-block-fd, mapped by the pair", "bubblewrap")
def test_userns_block_fd(alice, tmp_path):
    directory = new_directory(alice)
    script = 'cat /proc/self/uid_map /proc/self/gid_map; id -u; cd "$1"; touch file; chown 1:2 file'
    block_reader, block_writer = os.pipe()
    info_reader, info_writer = os.pipe()
    with (tmp_path / "output").open("w+") as output:
        process = alice.start(
            ["bwrap", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--bind", "/", "/",
             "--userns-block-fd", block_reader, "--info-fd", info_writer, "--", "bash", "-euc", script, "bash", directory],
            pass_fds=[block_reader, info_writer], stdout=output)
        os.close(block_reader)
        os.close(info_writer)
        child = until_brace(info_reader)["child-pid"]
        alice.run("newuidmap", child, *TRIPLES).succeeded()
        alice.run("newgidmap", child, *TRIPLES).succeeded()
        os.write(block_writer, b"x")
        os.close(block_writer)
        os.close(info_reader)
        assert process.wait(60) == 0
        output.seek(0)
        assert lines_of(output.read()) == [*WHOLE_MAP * 2, ["0"]]
    assert owner_of(directory / "file") == (100000, 100001)
