# SPDX-License-Identifier: BSD-3-Clause
"""Recipes for distributions that are not here: what of them can be told without. Each says itself what was not tried."""

import json
import os
import shutil

import pytest
from conftest import ROOT, SCRATCH, files_below, output, run

SHELL = ["arch/PKGBUILD", "arch/uidmap-ng.install", "alpine/APKBUILD", "alpine/uidmap-ng.pre-install",
         "alpine/uidmap-ng.post-install"]
NIX = ["nix/package.nix", "nix/module.nix"]
# What a recipe installs beside what meson does.
EXTRA = {"arch/PKGBUILD": ["/usr/share/licenses/uidmap-ng/LICENSE", "/usr/lib/sysusers.d/uidmap-ng.conf"],
         "alpine/APKBUILD": ["/usr/share/licenses/uidmap-ng/LICENSE"]}
# Links, which `meson introspect --installed` does not tell.
LINKS = ["/usr/share/man/man1/newgidmap.1", "/usr/share/man/man5/subgid.5",
         "/usr/share/bash-completion/completions/newuidmap", "/usr/share/bash-completion/completions/newgidmap"]


@pytest.mark.parametrize("recipe", SHELL)
def test_shell_syntax(recipe):
    run("bash", "-n", ROOT / "packaging" / recipe)


@pytest.mark.parametrize("recipe", NIX)
def test_nix_syntax(recipe):
    """Without the /nix that it would make."""
    places = {f"NIX_{name}_DIR": str(SCRATCH / "nix" / name) for name in ("STORE", "STATE", "LOG", "CONF")}
    run("nix-instantiate", "--parse", ROOT / "packaging" / recipe, env=os.environ | places)
    assert not os.path.exists("/nix")


def test_nix_finds_what_it_replaces():
    """The text that package.nix has replaced is there once."""
    [text] = [line.split('"')[1] for line in (ROOT / "packaging/nix/package.nix").read_text().splitlines()
              if "--replace" in line]
    assert (ROOT / "src/meson.build").read_text().count(text) == 1


@pytest.mark.parametrize("recipe", [*EXTRA, "nix/package.nix", "rpm/uidmap-ng.spec"])
def test_version(recipe, version):
    """That of meson.build."""
    text = (ROOT / "packaging" / recipe).read_text()
    assert any(line.split() in (["Version:", version], ["version", "=", f'"{version}";'], [f"pkgver={version}"])
               for line in text.splitlines())


@pytest.mark.parametrize("recipe", [*EXTRA, *NIX, "rpm/uidmap-ng.spec"])
def test_says_what_was_not_tried(recipe):
    text = " ".join((ROOT / "packaging" / recipe).read_text().replace("#", " ").split())
    assert "Not tried: " in text


@pytest.mark.parametrize("recipe", EXTRA)
def test_package_function(recipe, build, checkout, version):
    """package() of a finished build gives the files that meson plans, and a license."""
    place = SCRATCH / recipe.partition("/")[0]
    place.mkdir()
    (place / "build").symlink_to(build)
    (place / f"uidmap-ng-{version}").symlink_to(checkout)
    shutil.copy(ROOT / "packaging" / recipe, place)
    run("bash", "-euc", '. "./$1"; builddir=$srcdir/$pkgname-$pkgver; package', "-", os.path.basename(recipe), cwd=place,
        env=os.environ | {"srcdir": str(place), "pkgdir": str(place / "pkg")})
    planned = set(json.loads(output("meson", "introspect", "--installed", build)).values()) | {*LINKS, *EXTRA[recipe]}
    assert {f"/{name}" for name in files_below(place / "pkg")} == planned
