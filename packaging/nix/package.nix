# SPDX-License-Identifier: BSD-3-Clause
# pkgs.callPackage ./package.nix { }. Tried: that Nix 2.8 can parse it. Not tried: to evaluate or to build it.
#
# Everybody can read the Nix store, and no file there has a set-id bit, a capability or a group of its own. So nothing
# here has any privilege; module.nix makes the wrappers that have it, in /run/wrappers/bin. uidmap-lookup is asked for there.
# Without that wrapper the pair works, and refuses where it would need uidmap-lookup (see README.md, Installing), since
# one from the store could be steered by whoever asks.
{ lib, stdenv, meson, ninja, pkg-config, python3, audit, cli11, fmt, linux-pam, nlohmann_json
, withDoctor ? true, wrappers ? "/run/wrappers/bin" }:

stdenv.mkDerivation {
  pname = "uidmap-ng";
  version = "0.1.0";
  src = ../..;

  nativeBuildInputs = [ meson ninja pkg-config python3 ];
  buildInputs = [ audit linux-pam ] ++ lib.optionals withDoctor [ cli11 fmt nlohmann_json ];

  # uidmap-audit has no mark, and is run from the store.
  postPatch = ''
    substituteInPlace src/meson.build \
      --replace "libexec / 'uidmap-lookup')," "'${wrappers}/uidmap-lookup'),"
    patchShebangs src/link-gate packaging
  '';

  mesonFlags = [ "-Dprivilege=none" "-Dpam=enabled" "-Ddoctor=${lib.boolToString withDoctor}" ];

  meta = {
    description = "Map subordinate ids into user namespaces, for rootless containers";
    license = lib.licenses.bsd3;
    platforms = [ "x86_64-linux" "aarch64-linux" "riscv64-linux" ];
    mainProgram = "newuidmap";
  };
}
