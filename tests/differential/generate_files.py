# SPDX-License-Identifier: BSD-3-Clause
"""Random files: passwd, group, nsswitch.conf, login.defs, subuid and subgid, right and wrong ones."""

from cases import NO_ID, WHOLE, File
from generate_odd import odd_number

_ODD_NAMES = ("5001", "05001", "0x1389", "007", "-dash", "+plus", "a b", "#alice", "alic", "alice2", "\xfcber",
              "x" * 33, "y" * 200)
_ODD_NSSWITCH = ("", "passwd:\tfiles\n", "passwd: files systemd\n", "passwd: nosuch files\n",
                 "#passwd: nosuch\npasswd: files\n", "passwd: files\nsubid: files\n",
                 "passwd: files\nsubid:\tfiles files\n",
                 "passwd: files\nsubid:\nsubid: files\n", "passwd: files\nsubid: nosuch\n",
                 "passwd: files\nsubid: nosuch files\n", "passwd: files\ngroup: nosuch\n",
                 "passwd: files\nSUBID: files\n")
_ODD_LOGIN_DEFS = ("GRANT_AUX_GROUP_SUBIDS yes\n", "GRANT_AUX_GROUP_SUBIDS no\n", "GRANT_AUX_GROUP_SUBIDS\tYES\n",
                   "GRANT_AUX_GROUP_SUBIDS true\n", "#GRANT_AUX_GROUP_SUBIDS yes\n", 'GRANT_AUX_GROUP_SUBIDS "yes"\n',
                   "GRANT_AUX_GROUP_SUBIDS yes\nGRANT_AUX_GROUP_SUBIDS no\n", "GRANT_AUX_GROUP_SUBIDS yes # or not\n",
                   "GRANT_AUX_GROUP_SUBIDS no\n  GRANT_AUX_GROUP_SUBIDS yes  \n", "UMASK 022\n",
                   "GRANT_AUX_GROUP_SUBIDS yes", "SUB_UID_COUNT 0\nSUB_GID_COUNT 0\n")


def files_for(case, name, people, dice, odd):
    """The files of a case, and the ranges that its caller is meant to have, as (first, count)."""
    names = [name] if name else []
    entries = [f"{each}:x:{uid}:{gid}::/:/bin/sh" for each, (uid, gid) in people.items()]
    if name and (dice.random() < 0.2 or "account" in odd):
        names += _aliases(entries, case, dice)
    ranges = _ranges(case, dice)
    files = {"passwd": File("".join(f"{line}\n" for line in entries)), "group": File("root:x:0:\n"),
             "nsswitch.conf": File("passwd: files\ngroup: files\n"), "login.defs": File(),
             f"sub{case.kind}": File(_grants(case, names, ranges, dice, odd)),
             f"sub{'gid' if case.kind == 'uid' else 'uid'}": File(_grants(case, names, _ranges(case, dice), dice, odd))}
    if "services" in odd:
        files["nsswitch.conf"] = File(dice.choice(_ODD_NSSWITCH))
    if dice.random() < (0.9 if "group" in odd else 0.02):
        files["login.defs"] = File(dice.choice(_ODD_LOGIN_DEFS))
    if "file" in odd:
        _spoil(files, dice.choice((f"sub{case.kind}",) * 4 + ("passwd", "nsswitch.conf", "login.defs")), case, dice)
    return files, ranges


def _aliases(entries, case, dice):
    """Puts further names of the caller into passwd, before or behind the others. Returns them."""
    names = dice.sample(("alison", "ally", "bob", "bob", *_ODD_NAMES), dice.choice((1, 1, 2)))
    for name in names:
        entries.insert(dice.randrange(len(entries) + 1), f"{name}:x:{case.uid}:{5100 + case.uid % 100}::/:/bin/sh")
    return names


# ---- grants --------------------------------------------------------------------------------------------------------

def _ranges(case, dice):
    """Ranges that lie apart, touch or overlap, near each other, at the ends of what there is, or all over."""
    ranges, at = [], dice.choice((100000, 100000, 100000, 10000, 200000, 1 << 31, NO_ID - 200000, 0, 1))
    for _ in range(dice.choice((0, 1, 1, 1, 1, 2, 3, 5, 40, 340))):
        count = dice.choice((1, 2, 10, 1000, 65536, 65536, 65536))
        ranges.append((at, min(count, NO_ID - at)))
        at = min(at + max(count + dice.choice((0, 0, 0, 1, -1, 1000)), 0), NO_ID - 1)
    if dice.random() < 0.05:
        ranges.append((case.uid if case.kind == "uid" else case.gid, dice.choice((1, 2))))
    if case.parent != WHOLE and dice.random() < 0.7:
        ranges.append((10000, dice.choice((1000, 65536, 1 << 20))))
    return ranges


def _grants(case, names, ranges, dice, odd):
    """The text of subuid or subgid."""
    lines = []
    for first, count in ranges:
        owner = dice.choice((*names, str(case.uid)) if dice.random() < 0.3 else names or [str(case.uid)])
        lines.append(f"{owner}:{first}:{count}")
    others = ("root", "bob", "carol", "5001", "5003", "nobody")
    lines += [f"{dice.choice(others)}:{dice.choice((100000, 165536, 0))}:65536"
              for _ in range(dice.choice((0, 0, 1, 2, 5)))]
    for _ in range(dice.choice((1, 1, 2)) if "line" in odd else 0):
        i = dice.randrange(len(ranges) + 1)
        owner, wanted = dice.choice((*names, str(case.uid))), ranges[i:i + 1] or [(100000, 65536)]
        if dice.random() < 0.3:
            owner = dice.choice((f"0{case.uid}", f" {case.uid}", *_ODD_NAMES))
        first, count = dice.choice((wanted[0], (0, NO_ID), (300000, 65536)))
        lines[i:i + dice.choice((0, 1))] = [_odd_line(owner, first, count, dice)]
    dice.random() < 0.5 and dice.shuffle(lines)
    text = "".join(f"{line}\n" for line in lines)
    return text[:-1] if dice.random() < 0.1 else text


def _odd_line(owner, first, count, dice):
    """A line that subuid(5) has something to say about."""
    return dice.choice((
        f"{owner}:{odd_number(first, dice)}:{count}", f"{owner}:{first}:{odd_number(count, dice)}",
        f"{owner}:{first}:{count}:", f"{owner}:{first}:{count}:more", f"{owner}:{first}:{count}:a:b",
        f"{owner}:{first}:{count}\r", f"{owner}:{first}:{count} ", f" {owner}:{first}:{count}",
        f"\t{owner}:{first}:{count}", f"#{owner}:{first}:{count}", f"+{owner}:{first}:{count}",
        f"-{owner}:{first}:{count}", f"{owner}:{first}:{count}\0", f"{owner}\0:{first}:{count}",
        f"{owner}:{first}", f"{owner}:", ":::", "", "  ", "# a comment", f":{first}:{count}", f"{owner}::{count}",
        f"{owner}:{first}:", f"{owner}:{first}:{count}:{'z' * 1100}",
        "x" * dice.choice((1022, 1023, 1024, 1025, 40000)),
        f"{owner}:0:0", f"{owner}:0:-1", f"{owner}:1:-1", f"{owner}:{first}:{(1 << 64) - 1}",
        f"{owner}:{first}:{NO_ID + 1}", f"{owner}:{first}:{NO_ID}", f"{owner}:{first}:{1 << 40}",
        f"{owner}:{NO_ID - 5}:10", f"{owner}:{NO_ID}:1", f"{owner}:{first}:0"))


def _spoil(files, name, case, dice):
    """Changes who can do what with a file, or what it is. libc and shadow would wait at a FIFO in place of others."""
    text = files[name].text
    spoilt = dice.choice((
        None, None, File(text, mode=0o666), File(text, uid=case.uid),
        File(text, uid=case.uid, mode=0o444), File(text, mode=0o664, gid=case.gid),
        File(text, mode=0o640), File(text, mode=0o600), File(text, mode=0o664), File(text, type="link"),
        File(text, type="link"), File(type="fifo" if name.startswith("sub") else "directory", mode=0o755),
        File(type="directory", mode=0o755), File(text, mode=0o444),
        File(text, mode=0o664, gid=5109), File(text, mode=0o646, uid=5002)))
    if spoilt is None:
        del files[name]
    else:
        files[name] = spoilt
