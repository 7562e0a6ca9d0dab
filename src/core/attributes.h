// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// For buffers of which only filled parts are read: the hardened build zeroes every other local variable
// (-ftrivial-auto-var-init). What takes many pages is static instead: entering a function touches every page of its
// frame (-fstack-clash-protection), and each one that is new costs a page fault.
#define UIDMAP_UNINITIALIZED __attribute__((uninitialized))
