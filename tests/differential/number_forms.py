# SPDX-License-Identifier: BSD-3-Clause
"""How the two pairs read a number."""

import re

_BLANKS = " \t\n\v\f\r"
_DIGITS = {8: "[0-7]", 10: "[0-9]", 16: "[0-9a-fA-F]"}


def plain_decimal(text):
    """newuidmap(1): plain decimal, without sign, blank, leading zero, 0x or octal. None if it is none."""
    return int(text) if re.fullmatch("0|[1-9][0-9]*", text, re.ASCII) else None


def as_strtoul(text, base=0):
    """strtoul(3) with 64 bits, and nothing left behind the number; None where it fails."""
    match = re.fullmatch(f"[{_BLANKS}]*([+-]?)(.*)", text, re.ASCII | re.DOTALL)
    sign, digits = match.groups()
    if base == 0:
        base = 16 if re.match("0[xX][0-9a-fA-F]", digits) else 8 if digits.startswith("0") else 10
    if base == 16:
        digits = digits[2:]
    if not re.fullmatch(f"{_DIGITS[base]}+", digits, re.ASCII) or int(digits, base) >= 1 << 64:
        return None
    return (-int(digits, base) if sign == "-" else int(digits, base)) % (1 << 64)
