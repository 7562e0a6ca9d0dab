#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# set-privileges.sh fcaps|setuid BINDIR: gives the installed pair exactly one of the two privileges that LXC and
# others look for. Run by `meson install` as root; honours DESTDIR.
set -eu
mode=$1 bindir=${DESTDIR:-}$2
for kind in uid gid; do
	file=$bindir/new${kind}map
	chown root:root "$file"    # first: chown clears both the setuid bit and file capabilities
	case $mode in
	fcaps) chmod 0755 "$file"; PATH=$PATH:/usr/sbin:/sbin setcap "cap_set$kind=ep" "$file" ;;
	setuid) PATH=$PATH:/usr/sbin:/sbin setcap -q -r "$file" 2> /dev/null || true; chmod 4755 "$file" ;;
	*) echo "set-privileges.sh: unknown mode $mode" >&2; exit 1 ;;
	esac
done
