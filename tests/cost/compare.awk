# SPDX-License-Identifier: BSD-3-Clause
# Compares what tests/cost/run has counted, its second file, with the baseline, its first one. A line of both is a run and
# WORD=NUMBER for each thing counted. System calls must be as many as before; of instructions there may be `margin` percent
# more or less. That is what libc and the compiler make of the same source: with functions for AVX-512 or for none of its
# extensions the processor is given 4 % more or less to do, and by g++ 14 and glibc 2.41 instead of g++ 12 and 2.36 6 %.

BEGIN { margin = 10 }

/^#/ { next }

{
	if (!($1 in seen)) run[++runs] = $1
	seen[$1]
	for (i = 2; i <= NF; ++i) {
		split($i, word, "=")
		name = as_all_libcs(word[1])
		if (FNR == NR) was[$1, name] += word[2]
		else is[$1, name] += word[2]
		if (name != "instructions-main" && !(name in known)) call[++calls] = name
		known[name]
	}
}

# fstat(3) is one or the other.
function as_all_libcs(name) { return name == "fstat" ? "newfstatat" : name }

# From 2.41 on, sigaction(3) of SIGABRT blocks all signals meanwhile.
function differs(name, now, before) {
	if (name == "rt_sigprocmask" && (now - before == 2 || now - before == -2)) return 0
	return now != before
}

function say(good, words) {
	print (good ? "ok - " : "not ok - ") words
	if (!good) failed = 1
}

function compare_calls(name,    i, now, before, all, differences) {
	for (i = 1; i <= calls; ++i) {
		now = is[name, call[i]]
		before = was[name, call[i]]
		all += now
		if (differs(call[i], now, before)) differences = differences sprintf(", %s %d (was %d)", call[i], now, before)
	}
	say(differences == "" && all > 0, sprintf("%s: %d system calls, those of the baseline%s", name, all,
		(differences == "" ? "" : " but for" substr(differences, 2))))
}

function compare_instructions(name,    now, before, more) {
	now = is[name, "instructions-main"]
	before = was[name, "instructions-main"]
	more = before > 0 ? 100 * (now - before) / before : 100
	say(now > 0 && more <= margin && more >= -margin,
		sprintf("%s: %d instructions, %+.1f %% from the baseline's %d; %d %% is the most", name, now, more, before, margin))
}

END {
	for (i = 1; i <= runs; ++i) {
		compare_calls(run[i])
		compare_instructions(run[i])
	}
	exit failed || runs == 0
}
