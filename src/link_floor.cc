// SPDX-License-Identifier: BSD-3-Clause
// Links what every program of this build carries, so that src/link-gate can tell what the pair add.
int main() { return 0; }
