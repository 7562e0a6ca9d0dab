# SPDX-License-Identifier: BSD-3-Clause
"""packaging/sbom: SPDX 2.3, the same each time, and of what really is in the programs."""

import json
import os
import re
import subprocess

import pytest
from conftest import ROOT, output

TIME = {"SOURCE_DATE_EPOCH": "1790000000"}
RELATIONS = {"DESCRIBES", "CONTAINS", "STATIC_LINK", "DYNAMIC_LINK", "GENERATED_FROM"}


def sbom(build, **environment):
    return output(ROOT / "packaging/sbom", build, env=os.environ | environment)


@pytest.fixture(scope="module")
def document(build):
    return json.loads(sbom(build, **TIME))


@pytest.fixture(scope="module")
def links(document):
    """{(program, relation): names of packages}"""
    names = {each["SPDXID"]: each.get("name") or os.path.basename(each["fileName"])
             for each in document["packages"] + document["files"]}
    found = {}
    for each in document["relationships"]:
        one = names.get(each["spdxElementId"])
        found.setdefault((one, each["relationshipType"]), set()).add(names[each["relatedSpdxElement"]])
    return found


def test_document(document):
    """SPDX 2.3, chapter 6."""
    assert document["spdxVersion"] == "SPDX-2.3" and document["dataLicense"] == "CC0-1.0"
    assert document["SPDXID"] == "SPDXRef-DOCUMENT" and document["name"]
    assert re.fullmatch(r"https://[^#\s]+", document["documentNamespace"])
    assert document["creationInfo"]["created"] == "2026-09-21T14:13:20Z"
    assert all(re.match(r"(Tool|Person|Organization): \S", name) for name in document["creationInfo"]["creators"])


def test_packages(document, version):
    """Chapter 7: name, SPDXID, download location; the licence fields hold an expression or NOASSERTION."""
    for package in document["packages"]:
        assert package["name"] and package["versionInfo"] and package["downloadLocation"] == "NOASSERTION"
        assert package["filesAnalyzed"] is False
        assert {package["licenseConcluded"], package["licenseDeclared"]} <= {"NOASSERTION", "BSD-3-Clause"}
        for reference in package.get("externalRefs", []):
            assert reference["referenceCategory"] == "PACKAGE-MANAGER" and reference["referenceType"] == "purl"
            assert re.fullmatch(r"pkg:deb/debian/[a-z0-9.+-]+@[^@?+:]+\?arch=\w+", reference["referenceLocator"])
    ours = document["packages"][0]
    assert (ours["name"], ours["versionInfo"], ours["licenseDeclared"]) == ("uidmap-ng", version, "BSD-3-Clause")


def test_files(document):
    """Chapter 8: each has a SHA-1 and a name that begins with ./"""
    assert len(document["files"]) == 6
    for file in document["files"]:
        kinds = {each["algorithm"]: each["checksumValue"] for each in file["checksums"]}
        assert file["fileName"].startswith("./") and file["licenseConcluded"] and file["copyrightText"]
        assert re.fullmatch("[0-9a-f]{40}", kinds["SHA1"]) and re.fullmatch("[0-9a-f]{64}", kinds["SHA256"])


def test_identifiers(document):
    """Chapters 7.2 and 11: each is there once, and each relation is between two that are."""
    ids = ["SPDXRef-DOCUMENT"] + [each["SPDXID"] for each in document["packages"] + document["files"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", each) for each in ids)
    for each in document["relationships"]:
        assert each["relationshipType"] in RELATIONS
        assert {each["spdxElementId"], each["relatedSpdxElement"]} <= set(ids)
    assert [each["relatedSpdxElement"] for each in document["relationships"]
            if each["relationshipType"] == "DESCRIBES"] == [document["packages"][0]["SPDXID"]]


@pytest.mark.parametrize("program", ["newuidmap", "newgidmap"])
def test_static(program, links):
    """Nothing of anybody's is linked into the pair, and nothing is loaded."""
    assert (program, "STATIC_LINK") not in links
    assert (program, "DYNAMIC_LINK") not in links


def test_dynamic(links):
    """What each loads, and what uidmap-doctor has in it as headers."""
    assert links["getsubids", "DYNAMIC_LINK"] == {"libc6"}
    assert links["uidmap-lookup", "DYNAMIC_LINK"] == {"libc6", "libpam0g"}
    assert links["uidmap-audit", "DYNAMIC_LINK"] == {"libc6", "libaudit1"}
    assert {"libcli11-dev", "nlohmann-json3-dev", "libfmt-dev"} <= links["uidmap-doctor", "GENERATED_FROM"]
    assert not any("json" in name for name in links["newuidmap", "GENERATED_FROM"])


def test_versions(document):
    """Those of the packages that are there."""
    version = {package["name"]: package["versionInfo"] for package in document["packages"]}
    for name in ("libc6-dev", "nlohmann-json3-dev", "libcli11-dev"):
        assert version[name] == output("dpkg-query", "--show", "--showformat=${Version}", name)


def test_same_again(build):
    """The same build at the same time gives the same bytes; another time, another document."""
    assert sbom(build, **TIME) == sbom(build, **TIME, TZ="Asia/Tokyo", LC_ALL="C")
    assert sbom(build, **TIME) != sbom(build, SOURCE_DATE_EPOCH="1790000001")


def test_another_program(build):
    """A program that is not what the build's own command links is not described."""
    program = build / "newuidmap"
    content = program.read_bytes()
    program.write_bytes(content + b"more")
    try:
        done = subprocess.run([ROOT / "packaging/sbom", build], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        program.write_bytes(content)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sbom: newuidmap is not what its build makes; run ninja first\n"
