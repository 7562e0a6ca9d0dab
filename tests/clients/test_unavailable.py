# SPDX-License-Identifier: BSD-3-Clause
"""Callers that neither release has, or that do not get as far as calling the pair."""

from matrix import cannot_run

for name in ("Apptainer", "minijail0", "nsjail"):
    cannot_run(name, "a container", "not in Debian")

# Traced in both: runsc refuses `create` in rootless mode. In `run` it writes the ranges itself, from a namespace with one id.
cannot_run("gVisor", "runsc --rootless run, with ranges", "does not call the pair")
