# SPDX-License-Identifier: BSD-3-Clause
# A NixOS module: the wrappers that carry the privilege of programs in the store. Tried: that Nix 2.8 can parse it.
# Not tried: a NixOS.
#
# A wrapper with a capability hands it on as an ambient one, which the pair put down like any other. That of uidmap-lookup
# has the mode and group that the pair look for; it starts the program in the store, which keeps the group.
{ config, lib, pkgs, ... }:

let
  package = pkgs.callPackage ./package.nix { };
  tool = name: capability: lib.mkForce {
    source = "${package}/bin/${name}";
    owner = "root";
    group = "root";
    setuid = false;
    capabilities = "${capability}=ep";
  };
in {
  users.groups._uidmap = { };
  environment.systemPackages = [ package ];
  security.wrappers = {
    newuidmap = tool "newuidmap" "cap_setuid";
    newgidmap = tool "newgidmap" "cap_setgid";
    uidmap-lookup = {
      source = "${package}/libexec/uidmap-lookup";
      owner = "root";
      group = "_uidmap";
      setgid = true;
      permissions = "u+rwx,g+x,o+x";
    };
  };
}
