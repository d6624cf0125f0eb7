"""Blobs against the digests in their names."""

import hashlib

import pytest

from scanner.artifact import Location
from scanner.derive.layer.blobs import derive
from scanner.facts import Examined
from scanner.facts.layer import ImagePart

HEX = hashlib.sha256(b"x").hexdigest()


def blob(path=f"m/blobs/sha256/{HEX}", sha256=HEX, size=1):
    return Examined(where=Location(path=path), sha256=sha256, size=size, formats=(), bytes_examined=1, complete=True)


def part(size=1):
    return ImagePart(where=Location(path="m/index.json"), digest=f"sha256:{HEX}", kind="", size=size, title="")


def found(*facts):
    return [(one.how, one.expected, one.found) for one in derive(facts)]


@pytest.mark.parametrize("path", [f"m/blobs/sha256/{HEX}", f"blobs/sha256/{HEX}", f"models/blobs/sha256-{HEX}"])
def test_a_blob_with_the_digest_of_its_name_is_silent(path):
    assert found(part(), blob(path)) == []
    assert found(part(), blob(path, sha256="f" * 64)) == [("digest", HEX, "f" * 64)]


def test_a_blob_that_was_not_digested_is_compared_by_size():
    assert found(part(), blob(sha256="")) == []
    assert found(part(7), blob(sha256="")) == [("size", "7", "1")]
    assert found(part(-1), blob(sha256="")) == []


@pytest.mark.parametrize("path", [HEX, f"blobs/{HEX}", f"m/blobs/sha256/{HEX}.txt", f"xblobs/sha256/{HEX}"])
def test_another_name_promises_nothing(path):
    assert found(part(), blob(path, sha256="f" * 64)) == []
