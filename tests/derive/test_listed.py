"""Signed digests against those that the Hub lists of what was not read."""

from scanner.artifact import Location
from scanner.derive.hub.listed import derive
from scanner.facts import Examined
from scanner.facts.hub import HubFile
from scanner.facts.provenance import SignedFiles

A, B = "a" * 64, "b" * 64
ROOT = "hf://org/name"


def listed(name, sha256):
    return HubFile(where=Location(path=f"{ROOT}/{name}"), size=9, sha256=sha256, git_sha1="")


def read(name, sha256):
    where = Location(path=f"{ROOT}/{name}")
    return Examined(where=where, sha256=sha256, size=9, formats=(), bytes_examined=1, complete=True)


def signed(**digests):
    where = Location(path=f"{ROOT}/model.sig", line=1)
    return SignedFiles(where=where, names=tuple(digests), digests=tuple(digests.values()), ignored=())


def found(*facts):
    return [(one.where.path, one.expected, one.found) for one in derive(facts)]


def test_weights_whose_listed_digest_is_the_signed_one_are_silent():
    assert found(signed(w=A), listed("w", A), read("w", "")) == []


def test_weights_whose_listed_digest_is_another_are_stated_without_being_read():
    assert found(signed(w=A), listed("w", B), read("w", "")) == [(f"{ROOT}/w", A, B)]


def test_what_was_read_whole_is_compared_by_what_was_read():
    assert found(signed(w=A), listed("w", B), read("w", A)) == []


def test_files_without_a_listed_or_a_signed_digest_are_silent():
    assert found(signed(w=A, v=""), listed("w", ""), listed("v", B), read("w", ""), read("v", "")) == []
