#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# set-privileges.sh fcaps|setuid BINDIR LIBEXECDIR: gives the installed pair exactly one of the two privileges that LXC
# and others look for, and uidmap-lookup the group without rights that keeps its callers from steering it. uidmap-audit
# has no mark: it gets its capability from who starts it. Run by `meson install` as root; honours DESTDIR.
set -eu
PATH=$PATH:/usr/sbin:/sbin
mode=$1 bindir=${DESTDIR:-}$2 libexecdir=${DESTDIR:-}$3
lookup=$libexecdir/uidmap-lookup audit=$libexecdir/uidmap-audit
group=_uidmap

for kind in uid gid; do
	file=$bindir/new${kind}map
	chown root:root "$file"    # first: chown clears both the setuid bit and file capabilities
	case $mode in
	fcaps) chmod 0755 "$file"; setcap "cap_set$kind=ep" "$file" ;;
	setuid) setcap -q -r "$file" 2> /dev/null || true; chmod 4755 "$file" ;;
	*) echo "set-privileges.sh: unknown mode $mode" >&2; exit 1 ;;
	esac
done

if [ -e "$audit" ]; then    # not with -Daudit=never
	chown root:root "$audit"
	chmod 0711 "$audit"
fi

has_group() { getent group "$group" > /dev/null; }

# The group's number differs from machine to machine, so what is only staged gets it where it is unpacked.
if ! has_group && [ -z "${DESTDIR:-}" ]; then
	groupadd --system "$group" 2> /dev/null || addgroup -S "$group"    # shadow's, or BusyBox's
fi
if has_group; then
	chown "root:$group" "$lookup"
	chmod 2711 "$lookup"
else
	echo "set-privileges.sh: there is no group $group; where this is unpacked: groupadd --system $group," \
		"chown root:$group $3/uidmap-lookup, chmod 2711 $3/uidmap-lookup" >&2
fi
