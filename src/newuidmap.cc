// SPDX-License-Identifier: BSD-3-Clause
#include "helper.h"

int main(int argc, char** argv) { return uidmap::RunHelper(uidmap::MapKind::kUid, argc, argv); }
