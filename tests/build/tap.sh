# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# What the suites in this directory share: a line, ok or not ok, for every check. They end with: exit "$failed"
failed=0
trap 'exit 130' HUP INT TERM    # else an interrupt would end no more than the running check

# check NAME COMMAND...: the check holds if the command succeeds; shows the end of its output if not.
check() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "ok - $name"
	else
		echo "not ok - $name"
		tail -n 30 <<< "$output" | sed 's/^/#   /'
		failed=1
		return 1
	fi
}

# is FOUND EXPECTED: for check; fails, and shows both, where the two texts differ.
is() {
	[ "$1" = "$2" ] || { printf 'found:\n%s\nexpected:\n%s\n' "$1" "$2"; return 1; }
}

# refuses PATTERN COMMAND...: for check; the command must fail and say why.
refuses() {
	local pattern=$1 output
	shift
	! output=$("$@" 2>&1) || { echo "$* succeeded"; return 1; }
	grep -qE -- "$pattern" <<< "$output" || { echo "$output"; return 1; }
}
