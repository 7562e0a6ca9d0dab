// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// For large buffers of which only filled parts are read: the hardened build zeroes every other local variable
// (-ftrivial-auto-var-init), and zeroing these would touch more pages than the rest of a run.
#define UIDMAP_UNINITIALIZED __attribute__((uninitialized))
