"""Signatures against the files beside them."""

from scanner.artifact import Location
from scanner.derive.provenance.signed import derive
from scanner.facts import Examined
from scanner.facts.provenance import SignatureFile, SignedFiles, SignedMismatch, UnsignedFiles

A, B = "a" * 64, "b" * 64


def file(path, sha256=A):
    return Examined(where=Location(path=path), sha256=sha256, size=1, formats=(), bytes_examined=1, complete=True)


def signature(path="m/model.sig", ignored=("model.sig",), **files):
    named = {"x": A, "sub/y": A} if not files else {key.replace("__", "/"): value for key, value in files.items()}
    where = Location(path=path, line=1)
    return [
        file(path),
        SignatureFile(where=Location(path=path), method="key", signer="", predicate="", resources=2, model=True),
        SignedFiles(where=where, names=tuple(named), digests=tuple(named.values()), ignored=tuple(ignored)),
    ]


def found(*facts):
    return [
        (one.how, one.file) if isinstance(one, SignedMismatch) else (one.count, one.names)
        for one in derive(facts)
        if isinstance(one, SignedMismatch | UnsignedFiles)
    ]


def test_signed_files_with_their_bytes_are_silent():
    assert found(*signature(), file("m/x"), file("m/sub/y")) == []


def test_other_bytes_and_missing_files_are_stated():
    assert found(*signature(), file("m/x", B)) == [("digest", "x"), ("missing", "sub/y")]


def test_what_was_not_digested_or_is_signed_by_another_hash_is_not_compared():
    assert found(*signature(), file("m/x", ""), file("m/sub/y")) == []
    assert found(*signature(x="", sub__y=A), file("m/x", B), file("m/sub/y")) == []


def test_a_signature_that_is_looked_at_alone_is_silent():
    assert found(*signature()) == []
    assert found(*signature(), file("n/x", B)) == []


def test_files_that_no_signature_covers_are_counted():
    facts = [*signature(ignored=("cache/",)), file("m/x"), file("m/sub/y"), file("m/more"), file("m/sub/z")]
    facts += [file("m/.git/x"), file("m/cache/x"), file("n/x")]
    assert found(*facts) == [(2, ("more", "sub/z"))]
    assert found(*facts, *signature("m/2.sig", more=A, sub__z=A)) == []


def test_signatures_at_the_top_of_what_is_scanned_count_too():
    assert found(*signature("model.sig"), file("x", B), file("sub/y"), file("more")) == [
        ("digest", "x"),
        (1, ("more",)),
    ]


def test_a_signature_of_one_file_says_nothing_of_its_neighbours():
    assert found(*signature("m/x.sig", x=A), file("m/x", B), file("m/more")) == [("digest", "x")]
    dotted = SignedFiles(where=Location(path="m/x.sig", line=1), names=(".",), digests=(A,), ignored=())
    assert found(dotted, file("m/x", B), file("m/more")) == [("digest", ".")]


def test_a_shard_of_a_file_that_is_there_is_not_missing():
    facts = SignedFiles(where=Location(path="m/model.sig", line=1), names=("x:0:1", "y"), digests=("", A), ignored=())
    assert found(facts, file("m/x"), file("m/y"), file("m/model.sig")) == [(1, ("model.sig",))]


def test_a_signature_inside_an_archive_is_not_compared():
    assert found(*signature("a.zip!model.sig"), file("a.zip!x", B)) == []
