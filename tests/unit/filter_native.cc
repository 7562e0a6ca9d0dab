// SPDX-License-Identifier: BSD-3-Clause
#include <sys/syscall.h>

#define PROCESSOR "native"
#include "filter_of_processor.h"
