# SPDX-License-Identifier: BSD-3-Clause
"""An account policy with pam_sss: SSSD admits, and nobody is admitted whom it cannot be asked about."""

import pytest
from directory import BARRED, LOCAL_USER, USER, place
from support import GID, UID, grant
from tools import LOCAL, TOOLS, expect_map, expect_refusal, expect_silence, not_admitted

STRICT = "account required pam_sss.so\n"
# As Debian's common-account has it, for users who are not local.
LENIENT = "account [default=bad success=ok user_unknown=ignore] pam_sss.so\naccount required pam_permit.so\n"

both_policies = pytest.mark.parametrize("policy", [STRICT, LENIENT], ids=["strict", "lenient"])


@pytest.fixture(autouse=True)
def granted(directory):
    for kind in (UID, GID):
        grant(kind, *(f"{user.name}:100000:65536" for user in (USER, BARRED, LOCAL_USER)))


def put_policy(text):
    for kind in (UID, GID):
        place(f"/etc/pam.d/{kind.tool}", text)


@both_policies
def test_sssd_decides(tool, policy):
    put_policy(policy)
    expect_map(tool, LOCAL[tool.kind])
    expect_refusal(tool, not_admitted(tool.kind, "Permission denied"), LOCAL[tool.kind], user=BARRED)


def test_local_user(tool):
    """He is nobody to SSSD; what that means is the policy's to say."""
    put_policy(STRICT)
    expect_refusal(tool, not_admitted(tool.kind, "User not known to the underlying authentication module"),
                   LOCAL[tool.kind], user=LOCAL_USER)
    put_policy(LENIENT)
    expect_map(tool, LOCAL[tool.kind], user=LOCAL_USER)


@both_policies
def test_environment_does_not_count(tool, policy):
    """With it pam_sss would ask nobody, and say that SSSD is away."""
    put_policy(policy)
    expect_map(tool, LOCAL[tool.kind], env={"_SSS_LOOPS": "NO"})


@both_policies
def test_sssd_ended(directory, tool, policy):
    put_policy(policy)
    directory.sssd.stop()  # its memory cache still has the name
    why = "Authentication service cannot retrieve authentication info"
    expect_refusal(tool, not_admitted(tool.kind, why), LOCAL[tool.kind])
    expect_refusal(tool, not_admitted(tool.kind, why), LOCAL[tool.kind], user=LOCAL_USER)


def test_sssd_frozen(directory):
    put_policy(LENIENT)
    directory.sssd.freeze()
    expect_silence(LOCAL, [USER, LOCAL_USER])
    directory.sssd.thaw()
    for tool in TOOLS:
        expect_map(tool, LOCAL[tool.kind])
