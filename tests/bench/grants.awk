# SPDX-License-Identifier: BSD-3-Clause
# Prints a file of grants like that of a large site, of `lines` lines. `triples` of them are those of `user`, spread over
# the file, the last one at its end, or over its first half, the last one in its middle, if `place` is "middle". The
# user's numbers are short: the kernel takes maps of less than 4,096 bytes.

# Names of 5 to 24 letters, with a number where there are namesakes; and a uid now and then.
function owner_of(line) {
	if (line % 10 == 9) return 10000 + 3 * int(line / 10)
	rest = int(line / givens)
	namesakes = int(rest / (26 * families))
	return given[line % givens + 1] substr("abcdefghijklmnopqrstuvwxyz", rest % 26 + 1, 1) \
		family[int(rest / 26) % families + 1] (namesakes > 0 ? namesakes : "")
}

BEGIN {
	givens = split("li bo anna james maria wei fatima olga jean mehmet katarzyna alexander", given, " ")
	families = split("ng kim diaz smith garcia mueller nguyen kowalski rodriguez chakraborty", family, " ")
	last = place == "middle" ? lines / 2 : lines
	size = lines < triples ? 1000 * triples : 100
	for (line = 0; line < lines; ++line) {
		if (own < triples && (own + 1) * last / triples < line + 2) {
			printf "%s:%d:%d\n", user, 100000 + 1000 * own++, size
		} else {
			printf "%s:%.0f:65536\n", owner_of(line), 100000 + 65536 * (line % 65000)
		}
	}
}
