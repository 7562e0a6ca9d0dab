# SPDX-License-Identifier: BSD-3-Clause
"""Numbers as people and attackers write them."""


def odd_number(value, dice):
    """A text for a number: another form of it, another number, or none."""
    return dice.choice((
        f"0{value}", f"00{value}", f"+{value}", f" {value}", f"\t{value}", f"{value} ", f"{value}\r", f"{value}x",
        f"{value},", f"{value}.0", hex(value), hex(value).upper(), f"0{value:o}", f"0b{value:b}", f"-{value}", "-0",
        "-1", "", " ", "0x", "08", "1e3", f"{value:_}", str(value + (1 << 32)), str(value + (1 << 64)),
        str((1 << 64) - value), f"-{(1 << 64) - value}", "4294967294", "4294967295", "4294967296",
        "18446744073709551615", "18446744073709551616", "9" * 30, f"\xb2{value}", f"{value}\xa0", f"\x0b{value}",
        f"\n{value}"))
