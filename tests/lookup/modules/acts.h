// SPDX-License-Identifier: BSD-3-Clause
// What the test modules have in common. Each of them reads its orders from a file, in lines.
#pragma once

#include <stddef.h>

#define ORDERS "/etc/lookup-test/"
#define RECORD "/run/lookup/record/"

// Line `number` of the orders for `module`, or an empty text. The next call overwrites it.
const char* Ordered(const char* module, int number);

// The same as a number.
long OrderedNumber(const char* module, int number);

// Does what the first line of the orders names; returns if that leaves something to return to.
void Act(const char* module);

// Appends a line to the record of `module`.
void Note(const char* module, const char* format, ...) __attribute__((format(printf, 2, 3)));

// Records everything about the process that a module could see or use.
void RecordState(const char* module);
