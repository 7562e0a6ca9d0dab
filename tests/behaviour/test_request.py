# SPDX-License-Identifier: BSD-3-Clause
"""The argument list: usage, arity, numbers, overlaps and limits. Targets and grants are in order here."""

import re

import pytest

from processes import ALICE, BOB, ROOT, Target
from support import GID, UID, assert_granted, assert_refused, expect_granted, expect_refused, grant, run_tool

ANY_ID = "alice:0:4294967295"  # so that only the number can be the reason for a refusal

# Not decimal numbers. Each is 16, 8, 1 or 20 to a lenient parser, so it would fit where it stands.
MALFORMED = {
    "hex": "0x10", "hex_upper": "0X10", "octal": "010", "leading_zero": "020", "double_zero": "00", "plus": "+20",
    "minus": "-20", "minus_zero": "-0", "wraps_to_one": "-18446744073709551615", "blank_before": " 20",
    "blank_after": "20 ", "tab_before": "\t20", "newline_after": "20\n", "empty": "", "blank": " ", "text": "x",
    "text_after": "20x", "fraction": "20.0", "exponent": "2e1", "binary": "0b1", "comma": "2,0", "arabic": "\u0662",
}
# Decimal numbers that are no id and no count.
TOO_LARGE = {
    "no_id": "4294967295", "2_to_32": "4294967296", "2_to_32_and_20": "4294967316", "2_to_63": "9223372036854775808",
    "2_to_64": "18446744073709551616", "2_to_64_and_20": "18446744073709551636", "20_nines": "9" * 20,
    "30_nines": "9" * 30,
}


def named(cases):
    return [pytest.param(value, id=name) for name, value in cases.items()]


def triple_with(number, place):
    """A triple that is fine but for one number."""
    return tuple(number if i == place else word for i, word in enumerate(("20", "100000", "1")))


every_place = pytest.mark.parametrize("place", (0, 1, 2), ids=("inside", "outside", "count"))


def test_no_arguments_is_status_1(kind):
    """mmdebstrap takes exactly status 1 without arguments for "installed"."""
    result = run_tool(kind)
    assert_refused(result)
    assert result.first.startswith(f"usage: {kind.tool} ")


def test_usage_text(kind):
    """The usage line is upstream's to the byte, its missing bracket and its trailing blank included."""
    assert run_tool(kind).first == kind.usage


@pytest.mark.parametrize("option", ("--help", "--version"))
def test_information_on_request(kind, option):
    """Asking for information is no error, and the answer goes to stdout."""
    result = run_tool(kind, option)
    assert (result.status, result.stderr) == (0, "")
    assert kind.tool in result.stdout


def test_no_triples(kind):
    """lxc-usernsexec asks for nothing at times: that succeeds and leaves maps and setgroups alone."""
    with Target() as target:
        result = run_tool(kind, target)
        assert (result.status, result.stdout, result.stderr) == (0, "", "")
        assert target.state() == ([], [], "allow")


@pytest.mark.parametrize("count", (1, 2, 4, 5, 7))
def test_arity_is_refused(kind, count):
    """Words that do not form triples are refused, even where the whole triples among them are fine."""
    grant(kind, ANY_ID)
    expect_refused(kind, *("20", "100000", "1", "40", "200000", "1", "60")[:count])


@pytest.mark.parametrize("count", (1, 2, 4, 5, 7))
def test_arity_text(kind, count):
    """The first line counts as upstream does: triples begun, words after the target."""
    result = expect_refused(kind, *["1"] * count)
    assert result.first == f"{kind.tool}: ranges: {(count + 2) // 3} is wrong for argc: {count}"


@every_place
@pytest.mark.parametrize("number", named(MALFORMED))
def test_malformed_number_is_refused(kind, number, place):
    """Only plain decimal numbers are numbers, in each place of a triple and in a later triple, too."""
    grant(kind, ANY_ID)
    expect_refused(kind, triple_with(number, place))
    expect_refused(kind, (0, kind.own(ALICE), 1), triple_with(number, place))


@every_place
@pytest.mark.parametrize("number", named(TOO_LARGE))
def test_large_number_is_refused(kind, number, place):
    """No number reaches the kernel, which cuts it to 32 bits, unless it fits (CVE-2016-6252)."""
    grant(kind, ANY_ID)
    expect_refused(kind, triple_with(number, place))


@pytest.mark.parametrize("triple", ((0, 100000, 0), (4294967294, 100000, 2), (0, 4294967294, 2),
                                    (1, 100000, 4294967295), (4294967290, 4294967290, 6)))
def test_range_without_room_is_refused(kind, triple):
    """A range is not empty and ends at 4294967294 on both sides."""
    grant(kind, ANY_ID)
    expect_refused(kind, triple)


@pytest.mark.parametrize("triple", ((20, 100000, 0), (20, 100000, 4294967295), (4294967295, 100000, 1),
                                    (20, 4294967296, 1), (20, "9" * 20, 1)),
                         ids=("count_0", "count", "inside", "outside", "20_nines"))
def test_overflow_text(kind, triple):
    """Numbers out of range have upstream's first line; both programs say subuid."""
    grant(kind, ANY_ID)
    assert expect_refused(kind, triple).first == f"{kind.tool}: subuid overflow detected."


@pytest.mark.parametrize("number", ("0x10", "010", "+20", "20x", "20 "))
def test_malformed_number_is_named(kind, number):
    """The usage line is followed by the word that was wrong."""
    result = expect_refused(kind, (20, 100000, 1), (30, number, 1))
    assert result.first.startswith(f"usage: {kind.tool} ")
    assert f"{kind.tool}: reason: " in result.detail
    assert number in result.detail


def test_large_number_is_named(kind):
    """The overflow line is followed by the number that was too large."""
    assert "4294967296" in expect_refused(kind, (20, 100000, 1), (30, 4294967296, 1)).detail


@pytest.mark.parametrize("words", (("1", "100000"), ("0x10", "100000", "1"), ("0", "100000", "0")))
def test_request_is_judged_before_target(kind, words):
    """Words that cannot be right are reported as such, whosoever the target is."""
    result = run_tool(kind, 1, *words)
    assert_refused(result)
    assert "Target" not in result.stderr


@pytest.mark.parametrize("triple", ((4294967294, 100000, 1), (0, 4294967294, 1), (4294967294, 4294967294, 1),
                                    (0, 1, 4294967294), (1, 100000, 4294867295), (4294867295, 100000, 100000)))
def test_extreme_numbers_are_accepted(kind, triple):
    """The largest id and the largest counts work where granted."""
    grant(kind, ANY_ID)
    expect_granted(kind, triple)


@pytest.mark.parametrize("kind", [pytest.param(UID, id="uid", marks=pytest.mark.install("setuid")),
                                  pytest.param(GID, id="gid")])
def test_every_id_at_once(kind):
    """All ids there are, the outside id 0 among them."""
    grant(kind, ANY_ID)
    expect_granted(kind, (0, 0, 4294967295))


def test_map_is_exactly_what_was_asked(kind):
    """Several triples in any order arrive as they are, also beyond the five that the kernel keeps unsorted."""
    grant(kind, "alice:100000:65536")
    own = (70000, kind.own(ALICE), 1)
    expect_granted(kind, (1, 100000, 10), own, (0, 165535, 1), (20, 100010, 65525))
    expect_granted(kind, own, *((i * 10, 165000 - i * 100, 10) for i in range(20)))


@pytest.mark.parametrize("order", ((UID, GID), (GID, UID)), ids=("uid_first", "gid_first"))
def test_both_maps_in_any_order(order):
    """Callers differ in which tool they start first."""
    grant(UID, "alice:100000:65536")
    grant(GID, "alice:200000:65536")
    with Target() as target:
        for kind, first in ((kind, 100000 if kind is UID else 200000) for kind in order):
            wanted = ((0, kind.own(ALICE), 1), (1, first, 65536))
            assert_granted(run_tool(kind, target, *wanted), target, kind, *wanted)


@pytest.mark.parametrize("user", (ROOT, ALICE, BOB), ids=lambda user: user.name)
def test_own_id_needs_no_grant(kind, user):
    """Everybody may map his own id, wherever it goes."""
    expect_granted(kind, (77, kind.own(user), 1), user=user)


OVERLAPS = {
    "inside": ((0, 100000, 10), (9, 200000, 10)), "outside": ((0, 100000, 10), (20, 100009, 10)),
    "same_inside": ((0, 100000, 1), (0, 200000, 1)), "same_outside": ((0, 100000, 1), (1, 100000, 1)),
    "enclosed": ((0, 100000, 100), (50, 200000, 1)), "enclosing": ((50, 200000, 1), (0, 100000, 100)),
}


@pytest.mark.parametrize("pair", named(OVERLAPS))
def test_overlap_is_refused(kind, pair):
    """Triples that overlap get the kernel's answer as the first line."""
    grant(kind, ANY_ID)
    assert expect_refused(kind, pair[0], (1000, 300000, 5), pair[1]).first == kind.failed_write("Invalid argument")


@pytest.mark.parametrize("pair", named(OVERLAPS))
def test_overlap_names_both_triples(kind, pair):
    """The diagnosis gives the places of the two triples that collide, and of no other."""
    grant(kind, ANY_ID)
    detail = expect_refused(kind, pair[0], (1000, 300000, 5), pair[1]).detail
    numbers = re.findall(r"\d+", detail)
    assert "1" in numbers and "3" in numbers
    assert "2" not in numbers


def short_extents(count):
    return [(i, 1000 + 2 * i, 1) for i in range(count)]


def test_340_extents(kind):
    """As many extents as the kernel takes."""
    grant(kind, "alice:1000:1000")
    expect_granted(kind, *short_extents(340))


def test_341_extents(kind):
    """One more is refused as the kernel would."""
    grant(kind, "alice:1000:1000")
    assert expect_refused(kind, *short_extents(341)).first == kind.failed_write("Invalid argument")


def test_341_extents_name_the_limit(kind):
    """The diagnosis tells how many extents there may be."""
    grant(kind, "alice:1000:1000")
    detail = expect_refused(kind, *short_extents(341)).detail
    assert "340" in detail and "341" in detail


def long_text(size):
    """273 extents whose text in the map file has this many bytes: 15 each, and more for a longer first number."""
    return [(10 ** (4 + size - 273 * 15), 100000, 1)] + [(10000 + i, 100000 + 2 * i, 1) for i in range(1, 273)]


def test_4095_bytes(kind):
    """As much text as the kernel takes in one write."""
    grant(kind, "alice:100000:1000")
    expect_granted(kind, *long_text(4095))


@pytest.mark.parametrize("size", (4096, 4097, 4100))
def test_too_many_bytes(kind, size):
    """A page of text is refused as the kernel would."""
    grant(kind, "alice:100000:1000")
    assert expect_refused(kind, *long_text(size)).first == kind.failed_write("Invalid argument")


def test_too_many_bytes_name_the_limit(kind):
    """The diagnosis tells that it is the size of the text, not the number of extents."""
    grant(kind, "alice:100000:1000")
    detail = expect_refused(kind, *long_text(4096)).detail
    assert "4095" in detail or "4096" in detail
    assert "340" not in detail
