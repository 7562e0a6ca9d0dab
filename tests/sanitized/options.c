// SPDX-License-Identifier: BSD-3-Clause
// For AddressSanitizer, which looks for them in the program: the environment of a set-id program is nobody's to set. The
// search for leaks traces its own process, and there is no heap to leak from.
const char *__asan_default_options(void) { return "detect_leaks=0:exitcode=99:detect_stack_use_after_return=1"; }
