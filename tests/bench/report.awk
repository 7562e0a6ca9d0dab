# SPDX-License-Identifier: BSD-3-Clause
# Puts the results of tests/bench/run into words; as: case, table, json or check.
# A line of them: lines, triples, place of the last grant (middle or end), program, median, p10, p90 (in ns), peak memory
# (in KiB), runs; separated by tabs.

BEGIN { FS = "\t" }

{
	key = $1 SUBSEP $2 SUBSEP $3
	if (!(key in seen)) {
		seen[key] = 1
		lines[++cases] = $1
		triples[cases] = $2
		place[cases] = $3
	}
	median[key, $4] = $5
	p10[key, $4] = $6
	p90[key, $4] = $7
	peak[key, $4] = $8
	runs[key, $4] = $9
}

function times_floor(key, program) { return median[key, program] / median[key, "floor"] }

# Of our two, the one that does worse.
function our_median(key) { return max(median[key, "ours-fcaps"], median[key, "ours-setuid"]) }
function our_peak(key) { return max(peak[key, "ours-fcaps"], peak[key, "ours-setuid"]) }
function max(a, b) { return a > b ? a : b }

function with_commas(number) {
	number = number ""
	while (match(number, /[0-9][0-9][0-9][0-9]+/)) {
		number = substr(number, 1, RLENGTH - 3) "," substr(number, RLENGTH - 2)
	}
	return number
}

function rounded(ratio) { return sprintf((ratio < 10 ? "%.2f" : "%.0f"), ratio) }

function show_case(key) {
	for (i = 1; i <= programs; ++i) {
		p = program[i]
		printf "    %-12s %10.0f µs (p10 %.0f, p90 %.0f) %8.2f x floor %8d KiB %5d runs\n", p, median[key, p] / 1000,
			p10[key, p] / 1000, p90[key, p] / 1000, times_floor(key, p), peak[key, p], runs[key, p]
	}
}

function show_row(number, key) {
	printf "| %s | %d | %s | %.0f | %s | %s | %s | %s | %s |\n", with_commas(lines[number]), triples[number],
		place[number], median[key, "floor"] / 1000, rounded(times_floor(key, "ours-fcaps")),
		rounded(times_floor(key, "ours-setuid")), rounded(times_floor(key, "debian")),
		with_commas(our_peak(key)), with_commas(peak[key, "debian"])
}

function quotable(text) {
	gsub(/["\\]/, "", text)
	return text
}

function show_json(number, key) {
	if (number > 1) print ","
	printf "    {\"lines\": %d, \"triples\": %d, \"last_grant\": \"%s\", \"programs\": {", lines[number],
		triples[number], place[number]
	for (i = 1; i <= programs; ++i) {
		p = program[i]
		printf "%s\n      \"%s\": {\"median_ns\": %d, \"p10_ns\": %d, \"p90_ns\": %d", (i > 1 ? "," : ""), p,
			median[key, p], p10[key, p], p90[key, p]
		printf ", \"peak_kib\": %d, \"runs\": %d}", peak[key, p], runs[key, p]
	}
	printf "}}"
}

function check(what, found, relation, bound) {
	good = relation == "at most" ? found <= bound : found >= bound
	if (!good) failed = 1
	printf "%-6s  %s: %s, must be %s %s\n", (good ? "ok" : "NOT OK"), what,
		(found == int(found) ? found : rounded(found)), relation, bound
}

function check_case(number, key) {
	name = with_commas(lines[number]) (lines[number] > 1 ? " lines, " : " line, ") triples[number] \
		(triples[number] > 1 ? " triples" : " triple") (place[number] == "middle" ? ", in the middle" : "")
	if (lines[number] == 100000 && triples[number] == 1) {
		check(name ": times the floor", our_median(key) / median[key, "floor"], "at most", 2)
		check(name ": times as fast as Debian's", median[key, "debian"] / our_median(key), "at least", 15)
	}
	if (lines[number] == 100000 && triples[number] == 300) {
		check(name ": times the floor", our_median(key) / median[key, "floor"], "at most", 2.5)
	}
	one_line = 1 SUBSEP triples[number] SUBSEP "end"
	check(name ": peak KiB more than for 1 line", our_peak(key) - our_peak(one_line), "at most", 1024)
}

END {
	programs = split("floor floor-static ours-fcaps ours-setuid debian", program, " ")
	if (as == "table") {
		print machine "\n"
		print "| lines | triples | last grant | floor, µs | ours (file capabilities), × floor" \
			" | ours (setuid root), × floor | Debian's, × floor | ours, peak KiB | Debian's, peak KiB |"
		print "|--:|--:|--|--:|--:|--:|--:|--:|--:|"
	}
	if (as == "json") printf "{\n  \"machine\": \"%s\",\n  \"cases\": [\n", quotable(machine)
	for (c = 1; c <= cases; ++c) {
		key = lines[c] SUBSEP triples[c] SUBSEP place[c]
		if (as == "case") show_case(key)
		if (as == "table") show_row(c, key)
		if (as == "json") show_json(c, key)
		if (as == "check") check_case(c, key)
	}
	if (as == "json") print "\n  ]\n}"
	exit failed
}
